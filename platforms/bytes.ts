import { type FileHandle, open } from "node:fs/promises";
import { UserError } from "../util/user-error";

/** A file read at chosen places; what lies behind its end reads as missing, never as an exception. */
export class ByteFile {
  private constructor(
    readonly path: string,
    readonly sizeBytes: number,
    private readonly handle: FileHandle,
  ) {}

  /** Opens a file for `use` and closes it. @throws UserError on a file that cannot be read, or is no regular one */
  static async read<Result>(path: string, use: (file: ByteFile) => Promise<Result>): Promise<Result> {
    let handle: FileHandle;
    try {
      handle = await open(path, "r");
    } catch (error) {
      throw new UserError(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, 2);
    }
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) throw new UserError(`${path} is not a regular file: name the artefact's file`, 2);
      return await use(new ByteFile(path, stat.size, handle));
    } finally {
      await handle.close();
    }
  }

  /** `length` bytes from `offset` on; fewer if the file ends before. */
  async at(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await this.handle.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  }

  /** `length` bytes from `offset` on; undefined if the file ends before. */
  async whole(offset: number, length: number): Promise<Buffer | undefined> {
    if (offset < 0 || offset + length > this.sizeBytes) return undefined;
    return this.at(offset, length);
  }

  /** All bytes from `offset` on, in pieces of at most 1 MiB. */
  stream(offset: number, length: number): AsyncIterable<Buffer> {
    return this.handle.createReadStream({
      start: offset,
      end: offset + length - 1,
      highWaterMark: 1 << 20,
      autoClose: false,
    });
  }
}
