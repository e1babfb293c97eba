import { defaultBootCommand, kernelArguments } from "../../../recipe/boot-command";
import { Login } from "../../../recipe/login";
import { OsRelease } from "../../../recipe/release";

describe("what is added to the installer's kernel line", () => {
  it("names the served kickstart, text mode, and the serial port as the last console", () => {
    expect(kernelArguments("http", "secret/", Login.buildKey())).toBe(
      "inst.text inst.ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/secret/ks.cfg console=tty0 console=ttyS0,115200",
    );
  });

  it("names a kickstart on a CD, so that the installer waits for the CD", () => {
    expect(kernelArguments("cd", "", Login.buildKey())).toBe(
      "inst.text inst.ks=hd:LABEL=OEMDRV:/ks.cfg console=tty0 console=ttyS0,115200",
    );
  });
});

test("the installer keeps no copies of kickstart and logs when the image has no login", () => {
  expect(kernelArguments("cd", "", Login.none())).toContain(" inst.nosave=all ");
  expect(defaultBootCommand(OsRelease.CENTOS_7, "bios", "http", Login.none()).join("")).toContain(" inst.nosave=all ");
  expect(kernelArguments("cd", "", Login.buildKey())).not.toContain("nosave");
});

describe("the default boot command", () => {
  const ISOLINUX = ["<up><tab>", ` ${kernelArguments("cd", "", Login.buildKey())}`, "<enter>"];
  const GRUB = [
    "<up>e<wait><down><down><end>",
    ` ${kernelArguments("cd", "", Login.buildKey())}`,
    "<leftCtrlOn>x<leftCtrlOff>",
  ];

  it.each([
    ["centos7", "bios", ISOLINUX],
    ["rocky8", "bios", ISOLINUX],
    ["rocky9", "bios", ISOLINUX],
    ["rocky10", "bios", GRUB],
    ["fedora36", "bios", ISOLINUX],
    ["fedora44", "bios", GRUB],
    ["centos7", "uefi", GRUB],
    ["rocky8", "uefi", GRUB],
    ["rocky9", "uefi", GRUB],
    ["rocky10", "uefi", GRUB],
    ["fedora44", "uefi", GRUB],
  ] as const)("edits the install entry of the menu that %s shows on %s", (release, firmware, keys) => {
    expect(defaultBootCommand(OsRelease.byId(release), firmware, "cd", Login.buildKey())).toEqual(keys);
  });
});
