import { layoutOf } from "../../../kickstart/disk-layout";

test.each([
  ["autopart", true, false],
  ["autopart --noswap --type=plain", false, false],
  ["part / --size=1000 --grow", false, false],
  ["part swap --size=512\npart / --size=1000", true, false],
  ["  partition swap --recommended", true, false],
  ["part pv.01 --size=1000\nvolgroup vg pv.01\nlogvol / --vgname=vg --name=root --size=1", false, true],
  ["part /boot --size=500\npart pv.01 --grow\nvolgroup vg pv.01\nlogvol / --vgname=vg --name=r", false, false],
  ["logvol swap --vgname=vg --name=swap", true, false],
  ["%pre\npart swap --size=1\n%end\npart / --size=1", false, false],
  ["# part swap --size=1\npart / --size=1", false, false],
])("%j makes swap: %s, and /boot on LVM: %s", (kickstart, hasSwap, isBootOnLvm) => {
  expect(layoutOf(kickstart)).toEqual({ hasSwap, isBootOnLvm });
});
