import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findFirmware, requireFirmware, type FirmwareSearch } from "../../../host/firmware";
import { temporaryFolder } from "../../support/temporary";

let root: string;
beforeEach(() => (root = temporaryFolder("firmware")));

const LINUX = { qemu: "/usr/bin/qemu-system-x86_64", environment: { HOME: "/home/user" } };
const ALL = ["pc-i440fx-*", "pc-q35-*"];

function place(path: string, content = "firmware"): void {
  mkdirSync(dirname(root + path), { recursive: true });
  writeFileSync(root + path, content);
}

/** A descriptor, and the two files that it names. */
function describeFirmware(path: string, code: string, vars: string, more: object = {}, machines = ALL): void {
  const format = "format" in more ? more.format : "raw";
  const descriptor = {
    description: "UEFI",
    "interface-types": ["uefi"],
    mapping: { device: "flash", executable: { filename: code, format }, "nvram-template": { filename: vars, format } },
    targets: [{ architecture: "x86_64", machines }],
    features: ["acpi-s3"],
    tags: [],
    ...more,
  };
  place(path, JSON.stringify(descriptor));
  place(code);
  place(vars);
}

function found(machineType = "q35", search: FirmwareSearch = LINUX): string[] {
  const firmware = findFirmware(machineType, { ...search, root });
  return firmware ? [firmware.code.slice(root.length), firmware.vars.slice(root.length)] : [];
}

describe("the UEFI firmware of a host", () => {
  it.each([
    ["Debian and Ubuntu", "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd"],
    ["older Debian and Ubuntu", "/usr/share/OVMF/OVMF_CODE.fd", "/usr/share/OVMF/OVMF_VARS.fd"],
    ["Fedora", "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd"],
    ["Arch", "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd"],
  ])("is found in the place of %s, without a descriptor", (_, code, vars) => {
    place(code);
    expect(found()).toEqual([]);
    place(vars);
    expect(found()).toEqual([code, vars]);
  });

  it("is found beside Homebrew's QEMU", () => {
    const share = "/opt/homebrew/share/qemu";
    for (const file of ["edk2-x86_64-code.fd", "edk2-i386-vars.fd"]) place(`${share}/${file}`);
    const search = { qemu: "/opt/homebrew/bin/qemu-system-x86_64", environment: { HOME: "/Users/user" } };
    expect(found("q35", search)).toEqual([`${share}/edk2-x86_64-code.fd`, `${share}/edk2-i386-vars.fd`]);
    expect(found("q35", LINUX)).toEqual([]);
  });

  it("is the one that QEMU's descriptors name for the machine type", () => {
    place("/usr/share/OVMF/OVMF_CODE_4M.fd");
    place("/usr/share/OVMF/OVMF_VARS_4M.fd");
    const folder = "/usr/share/qemu/firmware";
    describeFirmware(`${folder}/50-old.json`, "/f/pc.fd", "/f/pc-vars.fd", {}, ["pc-i440fx-*"]);
    describeFirmware(`${folder}/60-new.json`, "/f/q35.fd", "/f/q35-vars.fd", {}, ["pc-q35-*"]);
    expect(found("q35")).toEqual(["/f/q35.fd", "/f/q35-vars.fd"]);
    expect(found("pc-q35-7.2")).toEqual(["/f/q35.fd", "/f/q35-vars.fd"]);
    expect(found("pc")).toEqual(["/f/pc.fd", "/f/pc-vars.fd"]);
    expect(found("microvm")[0]).toBe("/usr/share/OVMF/OVMF_CODE_4M.fd");
  });

  it.each([
    ["needs system management mode", { features: ["requires-smm", "secure-boot"] }],
    ["has Secure Boot's keys", { features: ["enrolled-keys"] }],
    ["is in another format than Packer's plugin says to QEMU", { format: "qcow2" }],
    ["is for another architecture", { targets: [{ architecture: "aarch64", machines: ["virt-*"] }] }],
    ["is a BIOS", { "interface-types": ["bios"] }],
    ["keeps its variables in the same file", { mapping: { device: "flash", mode: "combined" } }],
  ])("is never one that %s", (_, more) => {
    describeFirmware("/usr/share/qemu/firmware/10-other.json", "/f/other.fd", "/f/other-vars.fd", more);
    expect(found()).toEqual([]);
    describeFirmware("/usr/share/qemu/firmware/60-plain.json", "/f/plain.fd", "/f/plain-vars.fd");
    expect(found()).toEqual(["/f/plain.fd", "/f/plain-vars.fd"]);
  });

  it("is the user's own before the administrator's and the package's, which an empty file hides", () => {
    describeFirmware("/usr/share/qemu/firmware/60-x.json", "/f/package.fd", "/f/package-vars.fd");
    describeFirmware("/etc/qemu/firmware/60-x.json", "/f/admin.fd", "/f/admin-vars.fd");
    expect(found()[0]).toBe("/f/admin.fd");
    describeFirmware("/home/user/.config/qemu/firmware/60-x.json", "/f/user.fd", "/f/user-vars.fd");
    expect(found()[0]).toBe("/f/user.fd");
    place("/home/user/.config/qemu/firmware/60-x.json", "");
    expect(found()).toEqual([]);
  });

  it("is one error with the places searched and what to install when it is missing", () => {
    const message = (): unknown => requireFirmware("q35", { ...LINUX, root });
    expect(message).toThrow(/machine type "q35".*\/etc\/qemu\/firmware\/\*\.json.*OVMF_CODE_4M\.fd with/);
    expect(message).toThrow(/install the package ovmf \(Debian, Ubuntu\) or edk2-ovmf \(Fedora, Arch\)/);
  });
});
