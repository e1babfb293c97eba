import { timeLimits } from "../../../recipe/time-limits";

test("the limits that no description gives are those of the accelerator", () => {
  const settings = { installTimeoutSeconds: "auto", loginTimeoutSeconds: "auto" } as const;
  expect(timeLimits(settings, "kvm")).toEqual({ installSeconds: 3_600, loginSeconds: 600 });
  expect(timeLimits(settings, "tcg")).toEqual({ installSeconds: 14_400, loginSeconds: 1_800 });
  expect(timeLimits({ ...settings, installTimeoutSeconds: 60 }, "tcg").installSeconds).toBe(60);
});
