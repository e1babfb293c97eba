import { PhaseLog } from "../../../builder/phase-log";
import { isAfter } from "../../../builder/phases";

test("it knows which of two phases comes later in a build", () => {
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

test("a phase is never entered twice, and a skipped one takes no time", () => {
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
