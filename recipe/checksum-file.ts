import { UserError } from "../util/user-error";

/**
 * The sha256 of a file as a vendor's checksum file has it. Both usual forms are read: `SHA256 (name) = hex` (BSD) and
 * `hex  name` (GNU coreutils' sha256sum; a `*` before the name says binary).
 * @throws UserError where the file is not in it
 */
export function checksumOf(fileName: string, checksumFile: string, where: string): string {
  for (const line of checksumFile.split(/\r?\n/)) {
    const [, bsdName, bsdHex] = /^SHA256 \((.+)\) = ([0-9a-fA-F]{64})$/.exec(line.trim()) ?? [];
    const [, gnuHex, gnuName] = /^([0-9a-fA-F]{64}) [ *](.+)$/.exec(line.trim()) ?? [];
    const name = bsdName ?? gnuName?.replace(/^\.\//, "");
    const hex = bsdHex ?? gnuHex;
    if (name === fileName && hex !== undefined) return `sha256:${hex.toLowerCase()}`;
  }
  throw new UserError(`${where} has no sha256 of "${fileName}": name the checksum file that lists this medium`);
}
