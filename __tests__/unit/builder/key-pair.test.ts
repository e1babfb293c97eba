import { utils } from "ssh2";
import { makeKeyPair } from "../../../builder/key-pair";

test("a key pair is an OpenSSH ed25519 line and a PEM private key", () => {
  const { publicKey, privateKey } = makeKeyPair("comment");
  const [type, base64, comment] = publicKey.split(" ");
  expect([type, comment]).toEqual(["ssh-ed25519", "comment"]);
  expect(utils.parseKey(publicKey)).toMatchObject({ type: "ssh-ed25519" });
  expect(privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----/);
  expect(Buffer.from(base64 ?? "", "base64").length).toBe(4 + 11 + 4 + 32);
});

test("two key pairs differ", () => {
  expect(makeKeyPair("a").publicKey).not.toBe(makeKeyPair("a").publicKey);
});
