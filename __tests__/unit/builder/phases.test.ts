import { PhaseLog } from "../../../builder/phase-log";
import { isAfter, PHASES } from "../../../builder/phases";

test("the phases come in the order of a build", () => {
  expect(PHASES.map(({ name }) => name)).toEqual([
    ...["plan", "preflight", "slot", "prepare", "boot", "install", "reboot"],
    ...["provision", "seal", "shutdown", "convert", "verify", "publish"],
  ]);
  expect(isAfter("reboot", "install")).toBe(true);
  expect(isAfter("install", "install")).toBe(false);
});

test("each phase is a line of output with the seconds since the start", () => {
  let now = 100;
  const lines: string[] = [];
  const phases = new PhaseLog(
    (line) => lines.push(line),
    () => now,
  );
  phases.enter("plan", "image demo");
  now = 112.25;
  phases.enter("boot");
  phases.log("goes on");
  expect(lines).toEqual(["    0.0 s  plan       image demo", "   12.3 s  boot", "   12.3 s             goes on"]);
});

test("a line has no control characters, and no quotation of more than 160 characters", () => {
  const lines: string[] = [];
  new PhaseLog((line) => lines.push(line)).log("it says: ", `\x1b[31m${"x".repeat(5000)}`);
  expect(lines[0]).toMatch(/^ +0\.0 s {13}it says: \[31mx{156}\.\.\.$/);
});

test("a phase that was left is not entered again, and one that was passed over took no time", () => {
  let now = 0;
  const phases = new PhaseLog(
    () => undefined,
    () => now,
  );
  phases.enter("plan");
  now = 2;
  phases.enter("install");
  phases.enter("boot");
  now = 5;
  expect(phases.current).toBe("install");
  expect(phases.times().filter(({ seconds }) => seconds > 0)).toEqual([
    { name: "plan", seconds: 2 },
    { name: "install", seconds: 3 },
  ]);
});
