import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../builder/main";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { differences } from "../support/image-files";
import { writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";

const folder = temporaryFolder("by-hand");

/** How long Packer may take by itself, in milliseconds. Its own limits are those of a real distribution, in hours. */
const PACKER_MS = 600_000;

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
  const options = { cwd: recipe, env, encoding: "utf8", timeout: PACKER_MS } as const;
  const built = spawnSync(requireTool("packer").path, words, options);
  if (built.status !== 0) throw new Error(`${built.error?.message}\n${built.stdout}\n${built.stderr}`);
  expect(readdirSync(join(recipe, "output"))).toEqual(["demo.qcow2"]);

  const { count, differing } = differences(join(image, disk.file), join(recipe, "output", "demo.qcow2"));
  expect(count).toBeGreaterThan(1000);
  expect(differing).toEqual([]);
}, 900_000);
