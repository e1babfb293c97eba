import { UserError } from "../util/user-error";

const UNIT_MIB: Record<string, number> = { M: 1, G: 1024, T: 1024 * 1024 };

/**
 * A disk size as Packer and qemu-img write it ("5000M", "20G", "1T"; binary units) in MiB.
 * @throws UserError on anything else, and on less than 64 MiB
 */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([MGT])$/.exec(text);
  const mib = Number(match?.[1]) * (UNIT_MIB[match?.[2] ?? ""] ?? NaN);
  if (!(mib >= 64 && mib <= 64 * 1024 * 1024)) {
    throw new UserError(`diskSize "${text}" is not a size: write a number and M, G or T, such as "20G" (64M to 64T)`);
  }
  return mib;
}
