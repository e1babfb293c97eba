import { spawnSync } from "node:child_process";
import { cpSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "../../builder/main";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { sha256 } from "../../util/digest";
import { writeRequest } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

const folder = temporaryFolder("by-hand");

/** What two installations never have in common: the file system's id, and when the system was switched off. */
const DIFFERS = ["/boot/extlinux/extlinux.conf", "/etc/fstab", "/var/log/wtmp"];

/** What the README says of `packer` alone. */
test("packer alone makes the same image of a published recipe, with a key of one's own", async () => {
  const { file, image } = writeRequest(join(folder, "store"));
  const { disk } = await build(file, { write: () => undefined });
  const recipe = join(folder, "recipe");
  cpSync(join(image, "recipe"), recipe, { recursive: true });
  const key = join(folder, "key");
  expect(spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]).status).toBe(0);
  const variables = [`ssh_public_key=${readFileSync(`${key}.pub`, "utf8").trim()}`, `ssh_private_key_file=${key}`];
  const words = ["build", "-color=false", ...variables.flatMap((variable) => ["-var", variable]), "demo.pkr.json"];
  const env = { ...process.env, ...toolEnvironment() };
  const built = spawnSync(requireTool("packer").path, words, { cwd: recipe, env, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
  expect(readdirSync(join(recipe, "output"))).toEqual(["demo.qcow2"]);

  const ours = filesOf(join(image, disk.file));
  const theirs = filesOf(join(recipe, "output", "demo.qcow2"));
  const paths = [...new Set([...ours.keys(), ...theirs.keys()])];
  expect(paths.length).toBeGreaterThan(1000);
  expect(paths.filter((path) => ours.get(path) !== theirs.get(path)).sort()).toEqual(DIFFERS);
}, 900_000);

/** Each file of an image with its mode and the digest of what is in it. */
function filesOf(disk: string): Map<string, string> {
  const root = join(dirname(disk), "root");
  copyOut(disk, root);
  const files = new Map<string, string>();
  const look = (path: string): void => {
    const stats = lstatSync(join(root, path));
    const content = stats.isFile() ? sha256(readFileSync(join(root, path))) : "";
    const target = stats.isSymbolicLink() ? readlinkSync(join(root, path)) : "";
    files.set(path, `${stats.mode.toString(8)} ${target}${content}`);
    if (stats.isDirectory()) for (const name of readdirSync(join(root, path))) look(join(path, name));
  };
  look("/");
  rmSync(root, { recursive: true });
  return files;
}
