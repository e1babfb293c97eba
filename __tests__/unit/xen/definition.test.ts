import { type GuestDefinition, xlDefinition } from "../../../xen/definition";

const guest: GuestDefinition = {
  name: "web",
  type: "pv",
  firmware: "bios",
  memoryMiB: 512,
  vcpus: 2,
  bridge: "xenbr0",
  macAddress: "00:16:3e:01:02:03",
  disk: "/var/lib/os-images/guests/web/disk.raw",
};

test("a PV guest starts by pygrub, from its own disk", () => {
  expect(xlDefinition(guest)).toBe(`name = "web"
type = "pv"
memory = 512
vcpus = 2
bootloader = "pygrub"
disk = [ "format=raw, vdev=xvda, access=rw, target=/var/lib/os-images/guests/web/disk.raw" ]
vif = [ "mac=00:16:3e:01:02:03, bridge=xenbr0" ]
on_poweroff = "destroy"
on_reboot = "restart"
on_crash = "destroy"
`);
});

test("a PVH guest starts by pygrub too", () => {
  expect(xlDefinition({ ...guest, type: "pvh" })).toMatch(/^type = "pvh"\n[^]*^bootloader = "pygrub"$/m);
});

test.each([
  ["bios", "bios"],
  ["uefi", "ovmf"],
] as const)(
  "an HVM guest of a %s image starts by its own boot loader, with its console on a serial port",
  (firmware, by) => {
    const text = xlDefinition({ ...guest, type: "hvm", firmware });
    expect(text).toContain(`firmware = "${by}"\nserial = "pty"\nvnc = 0\n`);
    expect(text).not.toContain("bootloader");
  },
);

test("quotes and backslashes in a value are no syntax of xl's", () => {
  expect(xlDefinition({ ...guest, disk: '/a"b\\c' })).toContain('target=/a\\"b\\\\c" ]\n');
});
