import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { OsRelease } from "../../../recipe/release";

test("the catalogue has every release that the project promises", () => {
  expect(OsRelease.all().map((release) => release.id)).toEqual([
    "centos7",
    "centos-stream9",
    "centos-stream10",
    "rhel7",
    "rhel8",
    "rhel9",
    "rhel10",
    "rocky8",
    "rocky9",
    "rocky10",
    "alma8",
    "alma9",
    "alma10",
    "oracle8",
    "oracle9",
    "fedora44",
  ]);
});

test("every derivative speaks the dialect of its Enterprise Linux", () => {
  for (const release of OsRelease.all().filter(({ id }) => !/fedora/.test(id))) {
    expect(release.dialect).toBe(`rhel${/\d+$/.exec(release.id)?.[0]}`);
  }
});

test.each([
  ["rhel7", "isolinux", 1024],
  ["rhel8", "isolinux", 1536],
  ["rhel9", "isolinux", 1536],
  ["rhel10", "grub", 1536],
  ["fedora36", "isolinux", 2048],
  ["fedora37", "grub", 2048],
  ["fedora44", "grub", 2048],
])("%s has its kernel in images/pxeboot, shows %s to BIOS machines and needs %i MiB", (id, biosBootLoader, memory) => {
  expect(OsRelease.byId(id)).toMatchObject({
    kernel: "images/pxeboot/vmlinuz",
    initrd: "images/pxeboot/initrd.img",
    biosBootLoader,
    minimumMemoryMiB: memory,
    uefiMachineType: "q35",
  });
});

test("a release is dead on the day after its end of life, not on the day itself", () => {
  expect(OsRelease.CENTOS_7.isDeadOn(new Date("2024-06-30T23:59:59Z"))).toBe(false);
  expect(OsRelease.CENTOS_7.isDeadOn(new Date("2024-07-01T00:00:00Z"))).toBe(true);
  expect(DEMO_INSTALLER.isDeadOn(new Date("2099-01-01"))).toBe(false);
});

test("names are looked up whatever their case and separators, as vendors write them too", () => {
  expect(OsRelease.byId("Rocky-9")).toBe(OsRelease.ROCKY_9);
  expect(OsRelease.byId("centosstream9")).toBe(OsRelease.CENTOS_STREAM_9);
  expect(OsRelease.byId("AlmaLinux9")).toBe(OsRelease.ALMA_9);
  expect(OsRelease.byId("ol8")).toBe(OsRelease.ORACLE_8);
});

test("any Fedora can be named by its number", () => {
  expect(OsRelease.byId("fedora42")).toMatchObject({ id: "fedora42", dialect: "fedora42", minimumMemoryMiB: 2048 });
  expect(OsRelease.byId("F44")).toMatchObject({ dialect: "fedora44" });
});

test("an unknown name is refused with the names that there are", () => {
  expect(() => OsRelease.byId("rhel6")).toThrow(/unknown release "rhel6": write one of centos7, .*oracle9/);
});

test("a custom release takes what it leaves out from its dialect", () => {
  expect(OsRelease.custom({ id: "miracle9", title: "MIRACLE LINUX 9", dialect: "rhel9", kernel: "k" })).toMatchObject({
    kernel: "k",
    initrd: "images/pxeboot/initrd.img",
    minimumMemoryMiB: 1536,
    endOfLife: undefined,
  });
});

test.each([
  [{ id: "My OS" }, /release id "My OS"/],
  [{ kernel: "/vmlinuz" }, /"\/vmlinuz" is not a path inside the medium/],
  [{ minimumMemoryMiB: 0.5 }, /minimumMemoryMiB is 0.5/],
  [{ endOfLife: "soon" }, /end of life "soon" is no date/],
  [{ dialect: "suse15" as never }, /unknown kickstart dialect "suse15"/],
])("a custom release with %j is refused with a reason", (props, message) => {
  expect(() => OsRelease.custom({ id: "x", title: "X", dialect: "rhel9", ...props })).toThrow(message);
});
