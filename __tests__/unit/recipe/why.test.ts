import type { Recipe } from "../../../recipe/recipe";
import { type Described, whyAnew } from "../../../recipe/why";
import { sha256 } from "../../../util/digest";
import { fileWritten, someStack, synthesized } from "../../support/app";

const { recipe } = JSON.parse(fileWritten(synthesized(someStack()), "build.json")) as { recipe: Recipe };

function described(kickstart: string, provisioners: readonly string[] = [], more: Partial<Recipe> = {}): Described {
  const digests = { kickstart: sha256(kickstart), provisioners: provisioners.map((text) => sha256(text)) };
  return { recipe: { ...recipe, ...digests, ...more }, kickstart, provisioners };
}

const shown = (before: Described, after: Described): unknown[] =>
  whyAnew(before, after).map(({ stage, state, changes }) => [stage, state, ...changes]);

describe("why an image is built anew", () => {
  it("names a changed comment of the kickstart, and the stages after it", () => {
    const before = described("text\n# old\nreboot\n", ["a"]);
    expect(shown(before, described("text\n# new\nreboot\n", ["a"]))).toEqual([
      ["install", "changed", "kickstart, from line 2:", "  - # old", "  + # new"],
      ["provisioner 1", "after a change"],
      ["seal", "after a change"],
    ]);
  });

  it("names the script that changed, and leaves the stages before it alone", () => {
    const before = described("text\n", ["a\nb\n", "c\n"]);
    expect(shown(before, described("text\n", ["a\nb\n", "c\nd\n", "e\n"]))).toEqual([
      ["install", "same"],
      ["provisioner 1", "same"],
      ["provisioner 2", "changed", "its script, from line 2:", "  + d"],
      ["provisioner 3", "new"],
      ["seal", "after a change"],
    ]);
  });

  it("shows other values before and after, digests by their first digits", () => {
    const seal = "ab".repeat(32);
    const [install, sealed] = whyAnew(described(""), described("", [], { memoryMiB: 4096, format: "raw", seal }));
    expect(install?.changes).toEqual([`memoryMiB: ${recipe.memoryMiB} -> 4096`]);
    expect(sealed?.changes).toEqual([
      "format: qcow2 -> raw",
      `seal: ${recipe.seal.slice(0, 12)}... -> abababababab...`,
    ]);
  });

  it("names the image that is built on, if that is another one, and shows an installation that gave way to one", () => {
    const on = (digit: string): Described => {
      const onBase = { ...recipe, base: digit.repeat(64) };
      delete onBase.isoChecksum;
      delete onBase.kickstart;
      return { recipe: onBase, kickstart: "", provisioners: [] };
    };
    expect(shown(on("a"), on("b"))).toEqual([
      ["base", "changed", "base: aaaaaaaaaaaa... -> bbbbbbbbbbbb..."],
      ["seal", "after a change"],
    ]);
    expect(shown(described("text\n"), on("a"))[0]).toEqual(["base", "new"]);
  });

  it("shows no more than a few lines of a text", () => {
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index}\n`).join("");
    const [install] = whyAnew(described("text\n"), described(`text\n${lines}`));
    expect(install?.changes).toHaveLength(7);
    expect(install?.changes.at(-1)).toBe("  + and 4 more line(s)");
  });
});
