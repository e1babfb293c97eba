/**
 * What to write instead of commands that releases have removed or deprecated. Sources: "Considerations in adopting RHEL
 * 8" and "9" (installer), and the "Removed" and "Deprecated Kickstart commands" of the RHEL release notes.
 */
const REMEDIES: Readonly<Record<string, string>> = {
  install: "take it out: installing is the only mode; put its source on a line of its own (`cdrom`, `url ...`)",
  upgrade: "take it out: the installer does not upgrade",
  auth: "write `authselect select sssd`, or take it out: the defaults are sound",
  authconfig: "write `authselect select sssd`, or take it out: the defaults are sound",
  autostep: "take it out",
  device: "take it out: drivers load by themselves, or from `driverdisk`",
  deviceprobe: "take it out",
  dmraid: "take it out",
  multipath: "take it out: multipath is found by itself",
  btrfs: "write `part` or `logvol` with another file system: Enterprise Linux has no btrfs",
  key: "take it out: registration is done by `rhsm`",
  interactive: "take it out",
  langsupport: "write the languages after --addsupport of `lang`",
  mouse: "take it out",
  monitor: "take it out",
  lilo: "write `bootloader`",
  lilocheck: "take it out",
  unsupported_hardware: "take it out",
  pwpolicy: "take it out: the policy is part of the installer's configuration",
  nvdimm: "take it out",
  syspurpose: "write it as `subscription-manager syspurpose` in %post",
  reqpart: "write `part` lines",
};

/** What to write instead of a command that the release does not take, or undefined if nothing is known of it. */
export function remedyFor(command: string): string | undefined {
  return Object.hasOwn(REMEDIES, command) ? REMEDIES[command] : undefined;
}
