import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { cacheDir } from "../host/cache";
import { UserError } from "../util/user-error";
import { writeWhole } from "../util/whole-file";
import type { Step } from "./ensure";

/** A key pair of the user's: the private half stays in its file. */
export interface AdminKey {
  /** Absolute path of the private key. */
  readonly file: string;
  /** The public key as a line of authorized_keys, without its newline. */
  readonly publicKey: string;
}

/**
 * The key of the machines' administrator: the file that OS_IMAGES_SSH_KEY names (the private key; `.pub` lies beside
 * it), else the one that set-up made.
 * @throws UserError if the public key cannot be read
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
        ? `the administrator's key is missing: run \`npm run setup\`, or set OS_IMAGES_SSH_KEY to a private key file`
        : `public key "${file}.pub" of OS_IMAGES_SSH_KEY cannot be read (${code}): name a private key that has its .pub beside it`,
      named === undefined ? 3 : 2,
    );
  }
}

/** The key with which the user logs in to machines made from the demo image. */
export const adminKeyStep: Step = {
  title: "administrator's key",

  find() {
    const file = namedKeyFile() ?? defaultKeyFile();
    const found = existsSync(`${file}.pub`) ? { source: file } : { remedy: "npm run setup" };
    return [{ tool: "administrator's key", ...found }];
  },

  async install() {
    // Loaded here, as every synthesis reads this file and only set-up makes a key.
    const { default: ssh2 } = await import("ssh2");
    const file = defaultKeyFile();
    if (namedKeyFile() !== undefined || existsSync(`${file}.pub`)) return "present";
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const pair = ssh2.utils.generateKeyPairSync("ed25519", { comment: "os-images" });
    writeWhole(file, pair.private, 0o600);
    writeWhole(`${file}.pub`, `${pair.public}\n`, 0o600);
    return "made";
  },
};

/** The key that set-up makes for users who have named none. */
export function defaultKeyFile(): string {
  return join(cacheDir(), "keys", "admin");
}

/** The private key file that OS_IMAGES_SSH_KEY names. */
function namedKeyFile(): string | undefined {
  return process.env["OS_IMAGES_SSH_KEY"]?.replace(/^~(?=\/)/, homedir());
}
