import { generateKeyPairSync, type KeyObject } from "node:crypto";

/** A key pair for SSH. */
export interface KeyPair {
  /** One line, as in `authorized_keys`. */
  readonly publicKey: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
}

/** Makes an ed25519 key pair. The comment is the last field of the public line. */
export function makeKeyPair(comment: string): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    publicKey: `ssh-ed25519 ${wireFormat(publicKey).toString("base64")} ${comment}`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

/** RFC 8709, section 4: two strings, the algorithm's name and the 32 bytes of the key. */
function wireFormat(key: KeyObject): Buffer {
  const bytes = Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url");
  return Buffer.concat([wireString(Buffer.from("ssh-ed25519")), wireString(bytes)]);
}

function wireString(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
