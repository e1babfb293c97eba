import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { temporaryFolder } from "../../support/temporary";

const source = join(__dirname, "../../..");
let checkout: string;

/** A checkout with an npm that notes its calls and takes a moment. */
beforeEach(() => {
  checkout = temporaryFolder("packages");
  for (const name of ["setup/packages.mjs", "util/process-lock.js"]) {
    mkdirSync(dirname(join(checkout, name)), { recursive: true });
    copyFileSync(join(source, name), join(checkout, name));
  }
  writeLock("1.0.0");
  fakeNpm("sleep 0.3; mkdir -p node_modules");
});

function writeLock(version: string): void {
  const packages = { "": { name: "x" }, "node_modules/a": { version, integrity: `sha512-${version}` } };
  writeFileSync(join(checkout, "package-lock.json"), JSON.stringify({ packages }));
}

function fakeNpm(script: string): void {
  const npm = join(checkout, "bin/npm");
  mkdirSync(dirname(npm), { recursive: true });
  writeFileSync(npm, `#!/bin/sh\necho "$@" >> calls\n${script}\n`);
  chmodSync(npm, 0o755);
}

async function packages(): Promise<number> {
  const env = {
    ...process.env,
    PATH: `${checkout}/bin:${process.env["PATH"]}`,
    XDG_CACHE_HOME: join(checkout, "cache"),
  };
  const child = spawn(process.execPath, [join(checkout, "setup/packages.mjs")], { env });
  const [code] = (await once(child, "exit")) as [number];
  return code;
}

function calls(): number {
  const file = join(checkout, "calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0;
}

describe("node's packages", () => {
  it("are installed once, and again when the lock file has changed", async () => {
    await packages();
    await packages();
    expect(calls()).toBe(1);
    writeLock("2.0.0");
    await packages();
    expect(calls()).toBe(2);
  });

  it("are installed once by two set-ups that start together", async () => {
    expect(await Promise.all([packages(), packages()])).toEqual([0, 0]);
    expect(calls()).toBe(1);
  });

  it("are installed again after npm failed, with npm's exit code passed on", async () => {
    fakeNpm("mkdir -p node_modules; exit 7");
    expect(await packages()).toBe(7);
    fakeNpm("true");
    expect(await packages()).toBe(0);
    expect(calls()).toBe(2);
  });

  it("are left as they are when the user ran npm install for the same lock file", async () => {
    mkdirSync(join(checkout, "node_modules"));
    const installed = { "node_modules/a": { version: "1.0.0", integrity: "sha512-1.0.0" } };
    writeFileSync(join(checkout, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
    await packages();
    expect(calls()).toBe(0);
    writeLock("2.0.0");
    await packages();
    expect(calls()).toBe(1);
  });

  it("are left alone when node_modules is a link", async () => {
    mkdirSync(join(checkout, "elsewhere"));
    symlinkSync(join(checkout, "elsewhere"), join(checkout, "node_modules"));
    await packages();
    expect(calls()).toBe(0);
  });
});
