import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { convertKickstart, differences } from "../../../kickstart/convert/convert";
import { GRAMMARS } from "../../../kickstart/convert/grammars";
import { KickstartReader } from "../../../kickstart/convert/reader";
import { findTool } from "../../../host/find";
import { temporaryFolder } from "../../support/temporary";

const python = findTool("python")?.path;
const testWithPython = python === undefined ? it.skip : it;
const note = python === undefined ? " (skipped: no Python with pykickstart; run npm run setup)" : "";
const rhel9 = GRAMMARS["rhel9"]!;

/** Something of everything: comments, repeated lines, abbreviations, all sections, quoting. */
const WHOLE = readFileSync(join(__dirname, "whole.ks"), "utf8");

/** The command in a process of its own: prettier cannot be loaded inside of jest. */
function run(words: readonly string[]) {
  const program = join(__dirname, "..", "..", "support", "convert-command.ts");
  const root = join(__dirname, "..", "..", "..");
  return spawnSync(process.execPath, ["--import", "tsx", program, "convert", ...words], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
  });
}

describe("os-images convert", () => {
  let reader: KickstartReader;
  beforeAll(() => {
    if (python !== undefined) reader = new KickstartReader(python);
  });
  afterAll(() => reader?.close());

  const convert = (text: string) => convertKickstart(reader, rhel9, "a.ks", text, "os-images/kickstart/rhel9");

  testWithPython(`prints a module that reads well${note}`, () => {
    const file = join(__dirname, "whole.ks");
    const { stdout, stderr, status } = run([file, "--release", "rhel9"]);
    expect(stdout.replace(file, "whole.ks")).toBe(readFileSync(join(__dirname, "whole.ts.txt"), "utf8"));
    expect(stderr).toContain(`${file}: 28 of 28 lines and sections typed (100 %)`);
    expect(status).toBe(0);
  });

  testWithPython(`renders to what pykickstart reads as the same kickstart${note}`, async () => {
    const { rendered } = await convert(WHOLE);
    const [before, after] = [await reader.state("RHEL9", WHOLE), await reader.state("RHEL9", rendered)];
    if (!before.ok || !after.ok) throw new Error("one of them was not read");
    expect(differences(before.state, after.state)).toEqual([]);
    expect(before.state.scripts).toHaveLength(2);
  });

  testWithPython(`keeps every comment${note}`, async () => {
    const { source } = await convert(WHOLE);
    const comments = WHOLE.split("\n").flatMap((line) => /# (c\d+)/.exec(line)?.[1] ?? []);
    expect(comments).toHaveLength(9);
    for (const comment of comments) expect(source).toContain(comment);
  });

  testWithPython(`keeps lines that the typed form cannot express as plain kickstart, and says so${note}`, async () => {
    const { raw, source } = await convert("mount /dev/vda1 /\nautopart\n");
    expect(raw).toEqual([{ line: 2, text: "autopart" }]);
    expect(source).toContain(`Raw.line("autopart")`);
  });

  testWithPython.each([
    ["an unknown command", "lang C\nnetwrok --x\n", "a.ks:2: Unknown command: netwrok"],
    ["a removed command", "install\n", "a.ks:1: install has been removed."],
    ["a section without an end", "%post\necho\n", "a.ks:2: Section %post does not end with %end."],
    ["an open quote", 'lang C\nuser --name="a\n', "a.ks:2: No closing quotation"],
    ["an unknown section", "%novel\n%end\n", "a.ks:1: Unknown kickstart section: %novel"],
  ])(`says file and line of %s${note}`, async (_, text, message) => {
    await expect(convert(text)).rejects.toThrow(message);
  });

  testWithPython(`converts many files with one process, and counts the typed lines${note}`, () => {
    const folder = temporaryFolder("convert");
    writeFileSync(join(folder, "one.ks"), "lang C\ntext\n");
    writeFileSync(join(folder, "two.cfg"), "%include /tmp/x\nreboot\n");
    writeFileSync(join(folder, "bad.ks"), "lang\n");
    const files = ["one.ks", "two.cfg", "bad.ks"].map((name) => join(folder, name));
    const { status, stderr } = run([...files, "--release", "rocky9", "--out", folder]);
    expect(status).toBe(2);
    expect(readFileSync(join(folder, "one.ts"), "utf8")).toContain(`lang: "C"`);
    expect(readFileSync(join(folder, "two.ts"), "utf8")).toContain(`include("/tmp/x")`);
    expect(stderr).toContain("3 files: 4 of 4 lines and sections typed (100 %)");
    expect(stderr).toContain(`error: ${files[2]!}:1: `);
    expect(stderr).not.toContain("    at ");
  });
});
