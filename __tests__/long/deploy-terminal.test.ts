import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { deployProject } from "../support/deploy-project";
import { Terminal } from "../support/terminal";

jest.setTimeout(120_000);

const { project, environment, program } = deployProject();

describe("os-images deploy on a terminal", () => {
  const start = (...words: string[]) =>
    new Terminal([process.execPath, program, "deploy", ...words], { cwd: project, env: environment });

  it("asks before it changes anything, shows the plan if wanted, and takes no for an answer", async () => {
    const terminal = start("slow");
    await terminal.shows("deploy slow? [y]es, [n]o, [p]lan: ");
    terminal.type("p\r");
    await terminal.shows("# null_resource.work will be created");
    terminal.type("n\r");
    expect(await terminal.ended).toBe(1);
    expect(terminal.shown).toContain("slow  not deployed");
    expect(existsSync(environment.PID_FILE)).toBe(false);
  });

  it("deploys after a yes, and a Ctrl-C ends it with 130 and its programs with it", async () => {
    const terminal = start("slow");
    await terminal.shows("deploy slow? ");
    terminal.type("y\r");
    await terminal.shows("slow  started");
    while (!existsSync(environment.PID_FILE)) await sleep(50);
    const pid = Number(readFileSync(environment.PID_FILE, "utf8"));
    terminal.type("\x03");
    expect(await terminal.ended).toBe(130);
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    rmSync(environment.PID_FILE);
  });

  it("shows on the last line how long nothing has been printed", async () => {
    const terminal = start("slow", "--auto-approve");
    await terminal.shows("\r\u001b[Kslow  ... 1.");
    terminal.type("\x03");
    expect(await terminal.ended).toBe(130);
  });
});
