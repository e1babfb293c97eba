import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ensure, type Finding, type Step } from "../../../setup/ensure";
import { livingHolder } from "../../../util/process-lock.js";
import { Progress } from "../../../util/progress";
import { temporaryFolder } from "../../support/temporary";

const environment = process.env;
let folder: string;
let lines: string[];
let progress: Progress;

beforeEach(() => {
  folder = temporaryFolder("ensure");
  process.env = { ...environment, XDG_CACHE_HOME: folder };
  lines = [];
  progress = new Progress({ isTTY: false, columns: 80, write: (text) => lines.push(String(text)) > 0 }, {});
});

afterEach(() => void (process.env = environment));

/** A step that makes a file. */
function step(title: string, install: () => Promise<void> | void = () => {}): Step & { installs: number } {
  const file = join(folder, title);
  const made = {
    title,
    installs: 0,
    find: () => [{ tool: title, ...(existsSync(file) ? { source: file } : { remedy: "npm run setup" }) }],
    install: async () => {
      made.installs++;
      await install();
      writeFileSync(file, "");
      return "made";
    },
  };
  return made;
}

const run = (...steps: Step[]) => ensure(steps, progress, () => {});

describe("making sure of every step", () => {
  it("does the missing steps in order, and then has nothing to do", async () => {
    const [first, second] = [step("first"), step("second")];
    expect(await run(first, second)).toBe("done");
    expect(await run(first, second)).toBe("nothing to do");
    expect([first.installs, second.installs]).toEqual([1, 1]);
    expect(lines).toEqual(["first ...\n", "first: made (0.0 s)\n", "second ...\n", "second: made (0.0 s)\n"]);
  });

  it("is complete without optional steps", async () => {
    const first = step("first");
    const find = (): Finding[] => [{ tool: "first", remedy: "npm run setup", optional: true }];
    expect(await run({ ...first, find })).toBe("nothing to do");
    expect(first.installs).toBe(0);
  });

  it("continues with the step that failed when it is run again", async () => {
    let broken = true;
    const first = step("first");
    const second = step("second", () => (broken ? Promise.reject(new Error("no network")) : undefined));
    await expect(run(first, second)).rejects.toThrow("no network");
    broken = false;
    await run(first, second);
    expect([first.installs, second.installs]).toEqual([1, 2]);
  });

  it("releases the lock after a failure", async () => {
    const failing = step("failing", () => Promise.reject(new Error("no network")));
    await expect(run(failing)).rejects.toThrow();
    expect(existsSync(join(folder, "os-images/locks/setup"))).toBe(false);
  });

  it("removes what a killed set-up left behind", async () => {
    const left = join(folder, "os-images/built/tool.abc.new");
    mkdirSync(left, { recursive: true });
    await run(step("first"));
    expect(existsSync(left)).toBe(false);
  });

  it("fails when a step is done and its tool is still not found", async () => {
    const useless: Step = { ...step("useless"), install: () => Promise.resolve("made") };
    await expect(run(useless)).rejects.toThrow("useless: installed, but still not found: useless");
  });

  it("holds the lock while it works", async () => {
    let holder: number | undefined;
    await run(step("first", () => void (holder = livingHolder(join(folder, "os-images/locks/setup"))?.pid)));
    expect(holder).toBe(process.pid);
  });
});
