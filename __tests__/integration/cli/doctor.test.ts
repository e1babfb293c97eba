import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../../support/temporary";

const empty = temporaryFolder("doctor");

function osImages(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const program = resolve(__dirname, "../../../bin/os-images.js");
  return spawnSync(process.execPath, [program, ...words], { encoding: "utf8", env: { ...process.env, ...env } });
}

describe("os-images doctor", () => {
  it("shows each tool with its version and place, and ends with 0 if all is there", () => {
    const { stdout, status } = osImages(["doctor"]);
    expect(stdout).toMatch(/^packer +\d+\.\d+\.\d+ +\/\S+$/m);
    expect(stdout).toMatch(/^node +\d+\.\d+\.\d+ +\/\S+$/m);
    expect(stdout).toMatch(/^accelerator +- +(kvm|hvf|tcg)\b/m);
    expect(status).toBe(0);
  });

  it("says what to type and ends with 3 if something is missing, and changes nothing", () => {
    const { stdout, status } = osImages(["doctor"], { XDG_CACHE_HOME: empty });
    expect(stdout).toMatch(/^pykickstart +- +missing +npx os-images setup \(needs 3\.78 or newer\)$/m);
    expect(status).toBe(3);
    expect(existsSync(join(empty, "os-images", "built"))).toBe(false);
  });

  it("prints the same as JSON", () => {
    const { stdout, status } = osImages(["doctor", "--json"], { XDG_CACHE_HOME: empty });
    expect(JSON.parse(stdout)).toContainEqual({
      tool: "pykickstart",
      remedy: "npx os-images setup (needs 3.78 or newer)",
    });
    expect(status).toBe(3);
  });
});

describe("os-images setup", () => {
  it("has nothing to do on a machine that is set up, and prints what it found as JSON", () => {
    expect(osImages(["setup"]).stdout).toMatch(/^set-up: nothing to do \(/);
    const { stdout, stderr, status } = osImages(["setup", "--json"]);
    expect(stderr).toMatch(/^set-up: nothing to do \(/);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ tool: "packer" }));
    expect(status).toBe(0);
  });
});

describe("os-images", () => {
  it("prints its version", () => {
    const { stdout, status } = osImages(["--version"]);
    expect([stdout, status]).toEqual([expect.stringMatching(/^\d+\.\d+\.\d+\n$/), 0]);
  });
});
