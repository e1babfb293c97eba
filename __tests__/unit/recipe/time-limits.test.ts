import { timeLimits } from "../../../recipe/time-limits";

test("automatic time limits are longer under emulation, and a limit of the image's own counts before them", () => {
  const settings = { installTimeoutSeconds: "auto", loginTimeoutSeconds: "auto" } as const;
  const [hardware, emulated] = [timeLimits(settings, "kvm"), timeLimits(settings, "tcg")];
  expect(emulated.installSeconds).toBeGreaterThan(hardware.installSeconds);
  expect(emulated.loginSeconds).toBeGreaterThan(hardware.loginSeconds);
  expect(timeLimits({ ...settings, installTimeoutSeconds: 60 }, "tcg")).toEqual({ ...emulated, installSeconds: 60 });
});
