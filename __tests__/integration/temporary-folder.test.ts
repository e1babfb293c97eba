import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(60_000);

const SUPPORT = resolve(__dirname, "../support");
const FILL = `
const { mkdtempSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
writeFileSync(tmpdir() + "/file", "");
require("node:child_process").execFileSync("mktemp", ["-d"]);
`;

/** Starts Jest on one test file in a project of its own, with this project's environment for tests. */
function startJest(test: string) {
  const folder = temporaryFolder("jest");
  const [usual, cache] = [join(folder, "tmp"), join(folder, "cache")];
  mkdirSync(usual);
  writeFileSync(join(folder, "some.test.js"), `${FILL}${test}`);
  const config = {
    globalSetup: join(SUPPORT, "run-folder.js"),
    testEnvironment: join(SUPPORT, "test-environment.js"),
    cacheDirectory: cache,
    transform: {},
  };
  const words = [require.resolve("jest/bin/jest"), "--rootDir", folder, "--config", JSON.stringify(config)];
  const jest = spawn(process.execPath, words, { env: { ...process.env, TMPDIR: usual } });
  let output = "";
  for (const stream of [jest.stdout, jest.stderr]) stream.on("data", (text: Buffer) => (output += text.toString()));
  return { jest, output: () => output, ended: once(jest, "close"), left: () => readdirSync(usual) };
}

async function isSoon(holds: () => boolean): Promise<void> {
  while (!holds()) await after(20);
}

describe("the temporary folder of a test run", () => {
  it("is gone when the run has ended, with all that tests and their children left", async () => {
    const { ended, output, left } = startJest(`test("nothing", () => {});`);
    await ended;
    expect(output()).toContain("1 passed");
    await isSoon(() => left().length === 0);
  });

  it.each(["SIGINT", "SIGKILL"] as const)("is gone when the run was ended by %s", async (signal) => {
    const { jest, ended, output, left } = startJest(
      `test("waits", () => { process.stderr.write("waiting"); return new Promise(() => {}); }, 1e6);`,
    );
    await isSoon(() => output().includes("waiting"));
    expect(left()).not.toEqual([]);
    jest.kill(signal);
    await ended;
    await isSoon(() => left().length === 0);
  });

  it("makes a test file fail if the product left something in it", async () => {
    const { ended, output } = startJest(`test("leaves", () => void mkdtempSync(tmpdir() + "/os-images-probe-"));`);
    expect(await ended).toEqual([1, null]);
    expect(output()).toMatch(/left in the temporary folder: os-images-probe-/);
  });
});
