import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { cacheDir } from "../host/cache";

/** A key pair of the user's: the private half stays in its file. */
export interface AdminKey {
  /** Absolute path of the private key. */
  readonly file: string;
  /** The public key as a line of authorized_keys, without its newline. */
  readonly publicKey: string;
}

/** The key that set-up makes for who has named none. */
export function defaultKeyFile(): string {
  return join(cacheDir(), "keys", "admin");
}

/** The private key file that OS_IMAGES_SSH_KEY names. */
export function namedKeyFile(): string | undefined {
  return process.env["OS_IMAGES_SSH_KEY"]?.replace(/^~(?=\/)/, homedir());
}

/**
 * The key of the machines' administrator: the file that OS_IMAGES_SSH_KEY names (the private key; `.pub` lies beside
 * it), else the one that set-up made.
 * @throws UserError where the public key cannot be read
 */
export function adminKey(): AdminKey {
  const named = namedKeyFile();
  const file = named ?? defaultKeyFile();
  try {
    return { file, publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(
      named === undefined
        ? "the administrator's key is missing: run `npm run setup`, or set OS_IMAGES_SSH_KEY to a private key file"
        : `public key "${file}.pub" of OS_IMAGES_SSH_KEY cannot be read (${code}): name a private key that has its .pub beside it`,
      named === undefined ? 3 : 2,
    );
  }
}
