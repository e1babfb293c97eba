import { accessSync, constants, lstatSync, readdirSync, readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { asHostError, makeFolder } from "../host/file-error";
import { realPath } from "./overlays";

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
  [0x786f4256, "VirtualBox shared folder"],
  [0xbacbacbc, "VMware shared folder"],
]);

/** The number of every file system in user space, remote or not: which one it is, /proc/self/mountinfo says. */
const FUSE = 0x65735546;

/** Programs that mount something remote through FUSE: a part of the type's name, such as "fuse.sshfs". */
const REMOTE_FUSE =
  /virtiofs|sshfs|glusterfs|ceph|s3|gcs|rclone|davfs|curlftpfs|goofys|juicefs|seaweedfs|lizardfs|moosefs|mfs|blob|hdfs|nfs|smb|cifs/i;

/** Tells a folder's file system: the number that `statfs` gives, and its name in the mount table. */
export interface FileSystemKind {
  readonly type: number;
  readonly name: string;
}

/** @throws UserError if the store's folder cannot be made or written, or is on a network file system */
export function requireLocalStore(store: string, kindOf: (path: string) => FileSystemKind = fileSystemKind): void {
  try {
    makeFolder(store);
    accessSync(store, constants.W_OK);
  } catch (error) {
    const reason = asHostError(error, store);
    if (reason instanceof UserError) throw reason;
    throw new UserError(`the store ${store} cannot be made: ${(error as Error).message}`, 1);
  }
  const kind = kindOf(store);
  const remote = kind.type === FUSE && REMOTE_FUSE.test(kind.name) ? kind.name : undefined;
  const name = NETWORK_FILE_SYSTEMS.get(kind.type) ?? remote;
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

/** Bytes of the disk that a file or a folder takes, holes not counted. What goes meanwhile counts for nothing. */
export function bytesOf(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  const within = stat.isDirectory() ? readdirSync(path).map((name) => bytesOf(join(path, name))) : [];
  return within.reduce((sum, bytes) => sum + bytes, stat.blocks * 512);
}

function fileSystemKind(path: string): FileSystemKind {
  if (process.platform !== "linux") return { type: 0, name: "" };
  const { type } = statfsSync(path);
  return { type, name: type === FUSE ? mountedAs(realPath(path), readFileSync("/proc/self/mountinfo", "utf8")) : "" };
}

/**
 * The file system's name at a path in the text of /proc/self/mountinfo: field 5 is where it is mounted, with blanks as
 * \\040, and the first field after the lone "-" is its name. The last line of the longest mount point counts.
 * https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html
 */
export function mountedAs(path: string, mountinfo: string): string {
  let best = { point: "", name: "" };
  for (const line of mountinfo.split("\n")) {
    const [fields = "", rest = ""] = line.split(" - ");
    const point = (fields.split(" ")[4] ?? "").replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    const below = point === path || path.startsWith(point.endsWith("/") ? point : `${point}/`);
    if (point !== "" && below && point.length >= best.point.length) best = { point, name: rest.split(" ")[0] ?? "" };
  }
  return best.name;
}
