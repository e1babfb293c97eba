import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deployProject } from "../../support/deploy-project";
import { Terminal } from "../../support/terminal";

jest.setTimeout(120_000);

const CTRL_C = "\x03";
const CTRL_D = "\x04";

const { project, environment, program } = deployProject();

describe("os-images deploy on a terminal", () => {
  const start = (...words: string[]) =>
    new Terminal([process.execPath, program, "deploy", ...words], { cwd: project, env: environment });

  /** Nothing runs of what the stack started, if it started anything. */
  function expectNothingRuns(): void {
    if (!existsSync(environment.PID_FILE)) return;
    const pid = Number(readFileSync(environment.PID_FILE, "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    rmSync(environment.PID_FILE);
  }

  it("asks before it changes anything, shows the plan on p, and deploys nothing on n", async () => {
    const terminal = start("slow");
    await terminal.shows("deploy slow? [y]es, [n]o, [p]lan: ");
    terminal.type("p\r");
    await terminal.shows("# null_resource.work will be created");
    terminal.type("n\r");
    expect(await terminal.ended).toBe(1);
    expect(terminal.shown).toContain("slow  not deployed");
    expect(existsSync(environment.PID_FILE)).toBe(false);
  });

  it.each([
    ["Ctrl-C", CTRL_C, 130],
    ["Ctrl-D", CTRL_D, 1],
  ])("takes %s for a no, and leaves no plan", async (_, key, exitCode) => {
    const terminal = start("slow");
    await terminal.shows("deploy slow? ");
    terminal.type(key);
    expect(await terminal.ended).toBe(exitCode);
    expect(terminal.shown).toMatch(/slow {2}not deployed\r\n[^\n]*$/);
    expect(readdirSync(join(project, "cdktf.out/stacks/slow"))).not.toContain(".plan");
  });

  it("ends with 130 on Ctrl-C during a deploy, and the stack's programs with it", async () => {
    const terminal = start("slow");
    await terminal.shows("deploy slow? ");
    terminal.type("y\r");
    await terminal.shows("slow  started");
    while (!existsSync(environment.PID_FILE)) await sleep(50);
    await terminal.shows("\r\u001b[Kslow  ... 1."); // a line that is renewed while nothing else is printed
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expect(terminal.shown).toContain("slow  interrupted; all that Terraform printed is in ");
    expectNothingRuns();
  });

  it("ends with 130 on a Ctrl-C that comes before Terraform listens", async () => {
    const terminal = start("slow", "--auto-approve");
    await terminal.shows("slow  1 to add");
    terminal.type(CTRL_C);
    expect(await terminal.ended).toBe(130);
    expectNothingRuns();
  });
});
