import { statSync } from "node:fs";
import { UserError } from "../util/user-error";
import { sha256OfFile } from "../util/digest";
import { join } from "node:path";
import { Memo } from "../util/memo";
import { cacheDir } from "../host/cache";

/** How long a server may take to answer, in milliseconds. */
const ANSWER_MS = 10_000;

/**
 * Makes sure that the installer's medium is there and the right one: a file by its sha256 (remembered by path, size,
 * time and inode), a URL by asking its server; Packer checks what it downloads. `checksum` is "sha256:<hex>".
 */
export async function requireMedium(isoUrl: string, checksum: string): Promise<void> {
  if (/^https?:/.test(isoUrl)) return requireAnswer(isoUrl);
  const file = isoUrl.replace(/^file:\/\//, "");
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError(`the installer's medium is not there: ${file}; write the path of an ISO`);
  const remembered = new Memo<string>(join(cacheDir(), "media.json"));
  const key = [file, stat.size, stat.mtimeNs, stat.ino].join("|");
  const digest = remembered.get(key) ?? (await sha256OfFile(file));
  remembered.set(key, digest);
  if (`sha256:${digest}` !== checksum) {
    throw new UserError(
      `the installer's medium ${file} has the checksum sha256:${digest}, not ${checksum}: ` +
        "it is damaged or another one; fetch it again, or write its checksum and review the change",
    );
  }
}

async function requireAnswer(url: string): Promise<void> {
  let answer: Response;
  try {
    answer = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    const reason = ((error as Error).cause as Error | undefined)?.message ?? (error as Error).message;
    throw new UserError(`the installer's medium cannot be fetched: ${url} does not answer (${reason}); check the URL`);
  }
  if (!answer.ok) {
    throw new UserError(`the installer's medium cannot be fetched: ${url} answers ${answer.status}; check the URL`);
  }
}
