import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import ssh2 from "ssh2";
import { defaultKeyFile, namedKeyFile } from "./admin-key";

/** Makes the key pair for who has named none, unless it is there. */
export function ensureAdminKey(): void {
  const file = defaultKeyFile();
  if (namedKeyFile() !== undefined || existsSync(`${file}.pub`)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const { private: privateKey, public: publicKey } = ssh2.utils.generateKeyPairSync("ed25519", {
    comment: "os-images",
  });
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, privateKey, { mode: 0o600 });
  renameSync(beside, file);
  writeFileSync(beside, `${publicKey}\n`);
  renameSync(beside, `${file}.pub`);
}
