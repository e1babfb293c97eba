import { open } from "node:fs/promises";
import type { Manifest } from "../store/manifest";

/** The incompatible feature of a qcow2 whose data lies in another file. */
const EXTERNAL_DATA = 1n << 2n;

/**
 * Why a disk that came from elsewhere is not to be used; undefined if nothing speaks against it. A qcow2 may name other files
 * of the host that it reads, a backing file or a data file: a machine would see what is in them.
 * https://www.qemu.org/docs/master/interop/qcow2.html
 */
export async function diskFault(path: string, disk: Manifest["disk"]): Promise<string | undefined> {
  if (disk.format === "raw") {
    return disk.sizeBytes === disk.virtualSizeBytes ? undefined : "is raw and has another size than its machine's";
  }
  const file = await open(path, "r");
  try {
    const { bytesRead, buffer: header } = await file.read(Buffer.alloc(104), 0, 104, 0);
    if (bytesRead < 104 || header.toString("latin1", 0, 4) !== "QFI\xfb") return "is no qcow2";
    if (header.readBigUInt64BE(8) !== 0n) return "lies on a backing file";
    if (header.readUInt32BE(4) >= 3 && (header.readBigUInt64BE(72) & EXTERNAL_DATA) !== 0n) {
      return "has its data in another file";
    }
    const virtual = header.readBigUInt64BE(24);
    if (virtual === BigInt(disk.virtualSizeBytes)) return undefined;
    return `is one of ${virtual} bytes, not of ${disk.virtualSizeBytes}`;
  } finally {
    await file.close();
  }
}
