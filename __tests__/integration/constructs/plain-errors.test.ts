import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../../support/temporary";

/** What an app that imports the package prints to standard error, and its exit code. */
function run(lines: string): [number | null, string] {
  const folder = temporaryFolder("errors");
  const index = JSON.stringify(resolve(__dirname, "../../../index"));
  writeFileSync(join(folder, "main.ts"), `import { InstallMedium, UserError } from ${index};\n${lines}\n`);
  const words = ["--require", require.resolve("tsx/cjs"), join(folder, "main.ts")];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
  return [status, stderr];
}

describe("an app that imports the package", () => {
  it("ends with the message of a user error alone, and exit code 2", () => {
    expect(run('InstallMedium.iso({ url: "a.iso" });')).toEqual([
      2,
      expect.stringMatching(/^error: iso "a.iso" has no checksum: write .*\n$/) as unknown,
    ]);
  });

  it("ends with the error's own exit code, such as 3 for a missing tool", () => {
    expect(run('throw new UserError("no packer was found", 3);')).toEqual([3, "error: no packer was found\n"]);
  });

  it("shows any other error with its stack, as node does", () => {
    const [status, text] = run('throw new TypeError("a mistake in main.ts");');
    expect(status).toBe(1);
    expect(text).toMatch(/TypeError: a mistake in main.ts\n\s+at .*main.ts:2/);
  });

  it("leaves a user error to the app's own handler when it has one", () => {
    const [status, text] = run('process.on("uncaughtException", () => process.exit(7));\nthrow new UserError("x");');
    expect([status, text]).toEqual([7, ""]);
  });
});
