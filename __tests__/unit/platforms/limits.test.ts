import { LIMITS, requireWithinLimits } from "../../../platforms/limits";

const image = { name: "web", firmware: "bios", diskMiB: 1024, layout: { hasSwap: false, isBootOnLvm: false } } as const;

test("a plain image is within every platform's limits, and so is one of which nothing is known", () => {
  for (const { platform } of LIMITS) {
    expect(() => requireWithinLimits(platform, image)).not.toThrow();
    expect(() => requireWithinLimits(platform, { name: "web", firmware: "bios" })).not.toThrow();
  }
});

test.each([
  ["azure", { layout: { hasSwap: true, isBootOnLvm: false } }, "has a swap partition"],
  ["azure", { diskMiB: 4095 * 1024 + 1 }, "its disk has 4096 GiB, and 4095 is the most"],
  ["aws", { diskMiB: 16 * 1024 * 1024 + 1 }, "and 16384 is the most"],
  ["aws", { name: "ab" }, "the name of an AMI has 3 characters at least"],
  ["google", { name: "9web" }, "begins with a letter"],
  ["vagrant", { firmware: "uefi" }, "a box starts by BIOS"],
  ["xen", { firmware: "uefi" }, "pygrub reads no EFI system partition"],
  ["xen", { layout: { hasSwap: false, isBootOnLvm: true } }, "pygrub reads no logical volumes"],
] as const)("%s does not take %j", (platform, changed, message) => {
  expect(() => requireWithinLimits(platform, { ...image, ...changed })).toThrow(message);
});
