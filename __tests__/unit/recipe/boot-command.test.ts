import { defaultBootCommand, kernelArguments } from "../../../recipe/boot-command";
import { OsRelease } from "../../../recipe/release";

describe("what is added to the installer's kernel line", () => {
  it("names the served kickstart, text mode, and the serial port as the last console", () => {
    expect(kernelArguments("http", "secret/")).toBe(
      "inst.text inst.ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/secret/ks.cfg console=tty0 console=ttyS0,115200",
    );
  });

  it("names a kickstart on a CD too, so that the installer waits for it", () => {
    expect(kernelArguments("cd", "")).toBe(
      "inst.text inst.ks=hd:LABEL=OEMDRV:/ks.cfg console=tty0 console=ttyS0,115200",
    );
  });
});

describe("the default boot command", () => {
  const ISOLINUX = ["<up><tab>", ` ${kernelArguments("cd", "")}`, "<enter>"];
  const GRUB = ["<up>e<wait><down><down><end>", ` ${kernelArguments("cd", "")}`, "<leftCtrlOn>x<leftCtrlOff>"];

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
    expect(defaultBootCommand(OsRelease.byId(release), firmware, "cd")).toEqual(keys);
  });
});
