/**
 * How a kickstart divides the disk, as far as its own lines say: whether it makes swap, and whether /boot (or / without one)
 * is a logical volume. Anaconda's `autopart` makes both, but for a /boot beside the volumes.
 * https://pykickstart.readthedocs.io/en/latest/kickstart-docs.html#autopart
 */
export function layoutOf(kickstart: string): { readonly hasSwap: boolean; readonly isBootOnLvm: boolean } {
  const commands = kickstart.replace(/^%(?!include|ksappend)[a-z][^]*?^%end$/gm, "");
  const lines = commands.split("\n").map((line) => line.trim().split(/\s+/));
  const makes = (mountpoint: string, ...names: readonly string[]): boolean =>
    lines.some(([name = "", ...words]) => names.includes(name) && words.includes(mountpoint));
  const automatic = lines.find(([name]) => name === "autopart");
  const hasSwap =
    (automatic !== undefined && !automatic.includes("--noswap")) ||
    makes("swap", "part", "partition", "logvol", "raid");
  const isBootOnLvm =
    makes("/boot", "logvol") || (makes("/", "logvol") && !makes("/boot", "part", "partition", "raid"));
  return { hasSwap, isBootOnLvm };
}
