import { mkdirSync, statfsSync } from "node:fs";
import { UserError } from "../recipe/user-error";

/**
 * File systems on which a rename, a link or a lock means something else than on a local disk, by the number that
 * `statfs` gives: https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const NETWORK_FILE_SYSTEMS = new Map([
  [0x6969, "NFS"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB2"],
  [0x517b, "SMB"],
  [0x00c36400, "Ceph"],
  [0x5346414f, "AFS"],
  [0x01021997, "9P"],
  [0x0bd00bd0, "Lustre"],
  [0x47504653, "GPFS"],
  [0x73757245, "Coda"],
  [0x7461636f, "OCFS2"],
  [0x01161970, "GFS2"],
]);

/** Throws a `UserError` where the store's folder cannot be made or written, or lies on a network file system. */
export function requireLocalStore(store: string, typeOf: (path: string) => number = fileSystemType): void {
  try {
    mkdirSync(store, { recursive: true });
  } catch (error) {
    throw new UserError(`the store ${store} cannot be made: ${(error as Error).message}`, 1);
  }
  const name = NETWORK_FILE_SYSTEMS.get(typeOf(store));
  if (name !== undefined) {
    throw new UserError(
      `the store ${store} is on a network file system (${name}), where locks and renames are not safe; ` +
        "put the store on a local disk",
    );
  }
}

/** Bytes that an ordinary user may still write on the file system of a folder. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function fileSystemType(path: string): number {
  return process.platform === "linux" ? statfsSync(path).type : 0;
}
