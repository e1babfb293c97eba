import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sha256 } from "../../util/digest";
import { copyOut } from "./secrets/disk";

/**
 * What two installations of the demo image never have in common: the file system's id, where the boot loader's own file lies
 * on the disk, and when the system was switched off.
 */
const OF_AN_INSTALLATION = [
  "/boot/extlinux/extlinux.conf",
  "/boot/extlinux/ldlinux.sys",
  "/etc/fstab",
  "/var/log/wtmp",
];

/**
 * How many files two images have, and the paths of those that differ in being there, mode, target or content, without those
 * in `passedOver`: by default those of which two installations always have different ones.
 */
export function differences(
  image: string,
  other: string,
  passedOver: readonly string[] = OF_AN_INSTALLATION,
): { readonly count: number; readonly differing: readonly string[] } {
  const [ours, theirs] = [filesOf(image), filesOf(other)];
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])];
  const differing = paths.filter((path) => ours.get(path) !== theirs.get(path) && !passedOver.includes(path));
  return { count: paths.length, differing: differing.sort() };
}

/** Each file of an image with its mode and the digest of what is in it. */
function filesOf(disk: string): Map<string, string> {
  const root = join(dirname(disk), "root");
  copyOut(disk, root);
  const files = new Map<string, string>();
  const look = (path: string): void => {
    const stats = lstatSync(join(root, path));
    const content = stats.isFile() ? sha256(readFileSync(join(root, path))) : "";
    const target = stats.isSymbolicLink() ? readlinkSync(join(root, path)) : "";
    files.set(path, `${stats.mode.toString(8)} ${target}${content}`);
    if (stats.isDirectory()) for (const name of readdirSync(join(root, path))) look(join(path, name));
  };
  look("/");
  rmSync(root, { recursive: true });
  return files;
}
