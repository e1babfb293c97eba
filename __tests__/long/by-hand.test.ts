import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { tmpdir } from "node:os";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { writeRequest } from "../support/request";

const folder = mkdtempSync(join(tmpdir(), "os-images-by-hand-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the README says of `packer` alone. */
test("packer alone builds a recipe, with a key of one's own", () => {
  const { file } = writeRequest(join(folder, "store"));
  const recipe = join(folder, "recipe");
  cpSync(dirname(file), recipe, { recursive: true });
  const key = join(folder, "key");
  expect(spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]).status).toBe(0);
  const variables = [`ssh_public_key=${readFileSync(`${key}.pub`, "utf8").trim()}`, `ssh_private_key_file=${key}`];
  const words = ["build", "-color=false", ...variables.flatMap((variable) => ["-var", variable]), "demo.pkr.json"];
  const env = { ...process.env, ...toolEnvironment() };
  const built = spawnSync(requireTool("packer").path, words, { cwd: recipe, env, encoding: "utf8" });
  if (built.status !== 0) throw new Error(`${built.stdout}\n${built.stderr}`);
  expect(readdirSync(join(recipe, "output"))).toEqual(["demo.qcow2"]);
}, 600_000);
