/** A guest as `xl` is told of it. All values are literal text. */
export interface GuestDefinition {
  readonly name: string;
  readonly type: "pv" | "pvh" | "hvm";
  /** What an HVM guest starts by. */
  readonly firmware: "bios" | "uefi";
  readonly memoryMiB: number;
  readonly vcpus: number;
  readonly bridge: string;
  readonly macAddress: string;
  /** Path on the host of the guest's own raw disk. */
  readonly disk: string;
}

/**
 * The guest's configuration file: https://xenbits.xen.org/docs/4.17-testing/man/xl.cfg.5.html. PV and PVH guests are
 * started by the kernel that pygrub finds on their disk, HVM guests by their own boot loader.
 */
export function xlDefinition(guest: GuestDefinition): string {
  const lines: readonly (readonly [string, string])[] = [
    ["name", quoted(guest.name)],
    ["type", quoted(guest.type)],
    ["memory", String(guest.memoryMiB)],
    ["vcpus", String(guest.vcpus)],
    ...(guest.type === "hvm" ? ownLoader(guest.firmware) : [["bootloader", quoted("pygrub")] as const]),
    // `target` takes the rest of its text as it is: docs/man/xl-disk-configuration.5.
    ["disk", `[ ${quoted(`format=raw, vdev=xvda, access=rw, target=${guest.disk}`)} ]`],
    ["vif", `[ ${quoted(`mac=${guest.macAddress}, bridge=${guest.bridge}`)} ]`],
    ["on_poweroff", quoted("destroy")],
    ["on_reboot", quoted("restart")],
    ["on_crash", quoted("destroy")],
  ];
  return lines.map(([key, value]) => `${key} = ${value}\n`).join("");
}

/** The first serial port is the guest's console, and nothing listens for VNC. */
function ownLoader(firmware: "bios" | "uefi"): (readonly [string, string])[] {
  return [
    ["firmware", quoted(firmware === "uefi" ? "ovmf" : "bios")],
    ["serial", quoted("pty")],
    ["vnc", "0"],
  ];
}

/** A string as xl's own parser reads it: tools/libs/util/libxlu_cfg.c of Xen. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
