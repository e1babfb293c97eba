import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { OsRelease } from "../../../recipe/release";

test("every derivative has the kickstart dialect of its Enterprise Linux", () => {
  for (const release of OsRelease.all().filter(({ id }) => !/fedora/.test(id))) {
    expect(release.dialect).toBe(`rhel${/\d+$/.exec(release.id)?.[0]}`);
  }
});

test("a release is out of support from the day after its end of life", () => {
  expect(OsRelease.CENTOS_7.isDeadOn(new Date("2024-06-30T23:59:59Z"))).toBe(false);
  expect(OsRelease.CENTOS_7.isDeadOn(new Date("2024-07-01T00:00:00Z"))).toBe(true);
  expect(DEMO_INSTALLER.isDeadOn(new Date("2099-01-01"))).toBe(false);
});

test("a release is found by its name in any case, with or without separators", () => {
  expect(OsRelease.byId("Rocky-9")).toBe(OsRelease.ROCKY_9);
  expect(OsRelease.byId("centosstream9")).toBe(OsRelease.CENTOS_STREAM_9);
  expect(OsRelease.byId("AlmaLinux9")).toBe(OsRelease.ALMA_9);
  expect(OsRelease.byId("ol8")).toBe(OsRelease.ORACLE_8);
});

test("any Fedora can be named by its number, and starts BIOS machines with GRUB since 37", () => {
  expect(OsRelease.byId("fedora36").biosBootLoader).toBe("isolinux");
  expect(OsRelease.byId("fedora37").biosBootLoader).toBe("grub");
  expect(OsRelease.byId("fedora42")).toMatchObject({ id: "fedora42", dialect: "fedora42", minimumMemoryMiB: 2048 });
  expect(OsRelease.byId("F44")).toMatchObject({ dialect: "fedora44" });
});

test("an unknown release is refused with a list of the known ones", () => {
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
