import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deployProject } from "../../support/deploy-project";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(120_000);

const { project, environment, program: PROGRAM } = deployProject();

function deploy(...words: string[]) {
  return spawnSync(process.execPath, [PROGRAM, "deploy", ...words], {
    cwd: project,
    encoding: "utf8",
    env: environment,
  });
}

function logOf(stack: string): string {
  return readFileSync(join(project, "cdktf.out/stacks", stack, "deploy.log"), "utf8");
}

describe("os-images deploy", () => {
  it("shows one line of changes, what programs print, and the outputs; the rest is in a log of 0600", () => {
    const { stdout, stderr, status } = deploy("top", "--auto-approve");
    expect(stdout).toBe(
      [
        "base  1 to add",
        "base  ground",
        "base  floor",
        "top   1 to add",
        "top   roof",
        "",
        "stack  result    output  value",
        "base   deployed  height  3 m",
        "top    deployed",
        "",
      ].join("\n"),
    );
    expect([stderr, status]).toEqual(["", 0]);
    const log = join(project, "cdktf.out/stacks/base/deploy.log");
    expect(readFileSync(log, "utf8")).toMatch(/# null_resource\.work will be created[^]*Apply complete!/);
    expect(readFileSync(log, "utf8")).not.toContain("a secret");
    expect(statSync(log).mode & 0o777).toBe(0o600);
  });

  it("says that nothing changes, and does not ask", () => {
    const { stdout, status } = deploy("base");
    expect(stdout).toContain("base  unchanged\n");
    expect(stdout).toContain("base   unchanged  height  3 m\n");
    expect(status).toBe(0);
  });

  it("prints all with --verbose", () => {
    const { stdout } = deploy("base", "--verbose");
    expect(stdout).toMatch(/^base {2}Initializing the backend\.\.\.$/m);
    expect(stdout).toMatch(/^base {2}Plan: 0 to add, 0 to change, 0 to destroy\.$/m);
  });

  it("prints results as JSON alone on standard output", () => {
    const { stdout, stderr } = deploy("base", "--json");
    expect(JSON.parse(stdout)).toEqual([
      { stack: "base", result: "unchanged", changes: "none", outputs: { height: "3 m" } },
    ]);
    expect(stderr).toBe("base  unchanged\n");
  });

  it("passes values of variables to their stacks, and writes outputs to a file", () => {
    const file = join(project, "outputs.json");
    const { stdout, status } = deploy("greeting", "--var", "who=a=b", "--outputs-file", file, "--auto-approve");
    expect(stdout).toMatch(/hello a=b$/m);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({ greeting: { text: "hello a=b" } });
    expect(status).toBe(0);
  });

  it("shows what a failed program printed, exits with its code, and does not deploy what depends on it", () => {
    const { stdout, status } = deploy("above", "--auto-approve");
    expect(stdout).toBe(
      [
        "broken  1 to add",
        "broken  the reason",
        "broken  what to do",
        "broken  failed; all that Terraform printed is in cdktf.out/stacks/broken/deploy.log",
        "above   not deployed: a stack that it depends on failed",
        "",
      ].join("\n"),
    );
    expect(status).toBe(3);
    expect(logOf("broken")).toContain("exit status 3");
  });

  it("shows Terraform's own errors", () => {
    const { stdout, status } = deploy("refused", "--auto-approve");
    expect(stdout).toMatch(/^refused {2}.*no_such_thing|^refused {2}Error: /m);
    expect(stdout).toContain("all that Terraform printed is in cdktf.out/stacks/refused/deploy.log");
    expect(status).toBe(1);
  });

  it("changes nothing without --auto-approve if there is no terminal to ask", () => {
    const { stdout, status } = deploy("slow");
    expect(stdout).toContain(
      "slow  error: this changes something and there is no terminal to ask: add --auto-approve\n",
    );
    expect(status).toBe(2);
  });

  test.each([
    [["nothing"], 'there is no stack "nothing": write one of above, base, broken, greeting'],
    [[], "no stack is named: write one or more of above, base"],
    [["base", "--var", "who=x"], 'there is no Terraform variable "who": these stacks have none'],
    [["greeting", "--var", "hwo=x"], 'there is no Terraform variable "hwo": write one of who'],
    [["greeting", "--var", "who"], '--var "who" gives no value: write --var who=VALUE'],
    [["base", "--outputs"], "unknown option '--outputs'"],
  ])("refuses %j as bad usage", (words, message) => {
    const { stderr, status } = deploy(...words);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });

  it("is bad usage in a folder without an app", () => {
    const { stderr, status } = spawnSync(process.execPath, [PROGRAM, "deploy"], { cwd: tmpdir(), encoding: "utf8" });
    expect(stderr).toMatch(/^error: there is no cdktf\.json here/);
    expect(status).toBe(2);
  });

  it("says so if cdktf.json is no JSON", () => {
    const folder = temporaryFolder("broken");
    writeFileSync(join(folder, "cdktf.json"), '{"app":"false"');
    const { stderr, status } = spawnSync(process.execPath, [PROGRAM, "deploy"], { cwd: folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: cdktf\.json is no JSON: .*\n$/)]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("ends with 130 on %s, and its programs with it", async (signal) => {
    const child = spawn(process.execPath, [PROGRAM, "deploy", "slow", "--auto-approve"], {
      cwd: project,
      env: environment,
      stdio: "ignore",
    });
    const ended = new Promise((done) => child.once("close", done));
    while (!existsSync(environment.PID_FILE)) await sleep(50);
    await sleep(200);
    const pid = Number(readFileSync(environment.PID_FILE, "utf8"));
    child.kill(signal);
    expect(await ended).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    rmSync(environment.PID_FILE);
  });
});
