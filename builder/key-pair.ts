import { utils } from "ssh2";

/** A key pair for SSH. */
export interface KeyPair {
  /** One line, as in `authorized_keys`. */
  readonly publicKey: string;
  /** In OpenSSH's own form: its client reads no ed25519 key in another one before version 9.6. */
  readonly privateKey: string;
}

/** Makes an ed25519 key pair. The comment is the last field of the public line. */
export function makeKeyPair(comment: string): KeyPair {
  const { public: publicKey, private: privateKey } = utils.generateKeyPairSync("ed25519", { comment });
  return { publicKey, privateKey };
}
