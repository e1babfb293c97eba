import type { ImageProps } from "../../../constructs/image-props";
import { Kickstart } from "../../../constructs/kickstart";
import { ROWS } from "../../../recipe/properties";
import type { Recipe } from "../../../recipe/recipe";
import { type Stage, stagesOf } from "../../../recipe/stages";
import { fileWritten, someStack, synthesized } from "../../support/app";
import { randomNumbers } from "../../support/random";

function recipeOf(changed: Partial<ImageProps> = {}): Recipe {
  return (JSON.parse(fileWritten(synthesized(someStack(changed)), "build.json")) as { recipe: Recipe }).recipe;
}

const digest = (character: string): string => character.repeat(64);
const names = (stages: readonly Stage[]): string[] => stages.map(({ name }) => name);
const fingerprints = (recipe: Recipe): string[] => stagesOf(recipe).map(({ fingerprint }) => fingerprint);

describe("the stages of a recipe", () => {
  const base = { ...recipeOf(), provisioners: [digest("a"), digest("b"), digest("c")] };

  it("are the installation, each provisioner and sealing, and have the whole recipe between them", () => {
    const stages = stagesOf(base);
    expect(names(stages)).toEqual(["install", "provisioner 1", "provisioner 2", "provisioner 3", "seal"]);
    const provisioners = stages.flatMap(({ inputs }) => inputs["provisioner"] ?? []);
    expect({ ...stages[0]?.inputs, ...stages.at(-1)?.inputs, provisioners }).toEqual(base);
  });

  it("share the installation when name, format, compression, sealing and provisioners differ", () => {
    const others: Partial<ImageProps>[] = [
      { name: "other" },
      { format: "raw" },
      { compression: "zlib" },
      { skipSealSteps: ["package-caches"] },
      { shutdownCommand: "sudo -n sh /dev/shm/os-images-seal.sh now" },
    ];
    const install = fingerprints(recipeOf())[0];
    for (const other of others) expect(fingerprints(recipeOf(other))[0]).toBe(install);
    expect(fingerprints(base)[0]).toBe(install);
    const others_: Partial<ImageProps>[] = [
      { kickstart: Kickstart.fromText("cmdline\n# a comment\n") },
      { revision: "2" },
      { memoryMiB: 4096 },
    ];
    for (const other of others_) expect(fingerprints(recipeOf(other))[0]).not.toBe(install);
  });

  it("give every row of the table that is inside to one stage", () => {
    const inside = ROWS.filter(([, { fingerprint }]) => fingerprint === "inside");
    const later = inside.filter(([, { stage }]) => stage !== undefined).map(([name]) => name);
    expect(later).toEqual(["provisioners", "skipSealSteps", "format", "compression", "shutdownCommand"]);
    expect(ROWS.filter(([, row]) => row.fingerprint === "outside" && row.stage !== undefined)).toEqual([]);
  });

  it("change from the first changed provisioner on, and nowhere before", () => {
    const random = randomNumbers(12);
    const below = (limit: number): number => Math.floor(random() * limit);
    const one = (): string => digest("0123456789abcdef"[below(16)] ?? "0");
    for (let round = 0; round < 300; round++) {
      const provisioners = Array.from({ length: below(6) }, one);
      const changed = [...provisioners];
      changed.splice(below(changed.length + 1), below(2), ...Array.from({ length: below(3) }, one));
      const [before, after] = [provisioners, changed].map((list) => fingerprints({ ...base, provisioners: list }));
      const common = provisioners.findIndex((value, index) => value !== changed[index]);
      const shared = common < 0 ? Math.min(provisioners.length, changed.length) : common;
      expect(after?.slice(0, shared + 1)).toEqual(before?.slice(0, shared + 1));
      const rest = after?.slice(shared + 1) ?? [];
      const isSame = JSON.stringify(provisioners) === JSON.stringify(changed);
      expect(rest.some((fingerprint) => before?.includes(fingerprint))).toBe(isSame);
    }
  });

  it("change from the first stage on that has a changed property, whatever is changed at random", () => {
    const random = randomNumbers(21);
    const below = (limit: number): number => Math.floor(random() * limit);
    const keys = Object.keys(base).filter((key) => key !== "provisioners") as (keyof Recipe)[];
    const ofSeal: readonly string[] = ["seal", "format", "compression", "shutdownCommand"];
    for (let round = 0; round < 300; round++) {
      const changed = Array.from({ length: below(4) }, () => keys[below(keys.length)] as keyof Recipe);
      const provisioner = below(6);
      const other = {
        ...base,
        ...Object.fromEntries(changed.map((key) => [key, `changed ${key}`])),
        provisioners: base.provisioners.map((value, index) => (index === provisioner ? digest("d") : value)),
      } as Recipe;
      const firsts = [
        ...changed.map((key) => (ofSeal.includes(key) ? 4 : 0)),
        ...(provisioner < base.provisioners.length ? [provisioner + 1] : []),
      ];
      const [before, after] = [fingerprints(base), fingerprints(other)];
      const same = before.map((fingerprint, index) => fingerprint === after[index]);
      expect(same).toEqual(before.map((_, index) => index < Math.min(...firsts)));
    }
  });
});
