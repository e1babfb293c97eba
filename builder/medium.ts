import { statSync } from "node:fs";
import { join } from "node:path";
import { placeOf } from "../recipe/medium";
import { UserError } from "../util/user-error";
import { sha256OfFile } from "../util/digest";
import { Memo } from "../util/memo";
import { cacheDir } from "../host/cache";
import { fetchMedium, type FetchOptions } from "./fetch-medium";
import { userPath } from "./request-files";

/**
 * The absolute path of the installer's medium, which has the digest `checksum` ("sha256:<hex>"). One on a server is fetched
 * into the cache. The digest of any other file is remembered by path, size, time and inode.
 * @throws UserError if the medium cannot be had, or is another one; what `options.signal` was aborted with
 */
export async function requireMedium(
  isoUrl: string,
  checksum: string,
  requestFolder: string,
  options: FetchOptions,
): Promise<string> {
  const place = placeOf(isoUrl);
  if (place.kind === "server") {
    const file = await fetchMedium(place.url, checksum, options);
    placeOf(file);
    return file;
  }
  const file = userPath(place.path, requestFolder);
  if (!statSync(file, { throwIfNoEntry: false })?.isFile())
    throw new UserError(`the installer's medium is not there: ${file}; write the path of an ISO`);
  const digest = await rememberedDigest(file);
  if (`sha256:${digest}` === checksum) return file;
  throw new UserError(
    `the installer's medium ${file} has the checksum sha256:${digest}, not ${checksum}: ` +
      "it is damaged or another one; fetch it again, or write its checksum and review the change",
  );
}

/** The sha256 of a file, which is remembered by path, size, time and inode. */
export async function rememberedDigest(file: string): Promise<string> {
  const stat = statSync(file, { bigint: true });
  const remembered = new Memo<string>(join(cacheDir(), "media.json"));
  const key = [file, stat.size, stat.mtimeNs, stat.ino].join("|");
  const digest = remembered.get(key) ?? (await sha256OfFile(file));
  remembered.set(key, digest);
  return digest;
}
