import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachePaths } from "../host/cache";
import { findTool } from "../host/find";
import { MIRRORED_PROVIDERS } from "../host/providers";
import { userTerraformConfig } from "../host/terraform-config-file";
import { run } from "./run";

/**
 * Whether `terraform init` gets the providers by the user's own configuration. A yes is remembered for that
 * configuration and that Terraform.
 */
export async function initWorks(): Promise<boolean> {
  const terraform = findTool("terraform");
  if (!terraform) return false;
  const key = createHash("sha256")
    .update(JSON.stringify([terraform, userTerraformConfig()]))
    .digest("hex");
  const yes = join(cachePaths().tools, "terraform", `${key.slice(0, 12)}.works`);
  if (existsSync(yes)) return true;
  const folder = mkdtempSync(join(tmpdir(), "os-images-init-"));
  try {
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify(requirements()));
    const env = { CHECKPOINT_DISABLE: "1" };
    await run(terraform.path, ["init", "-input=false", "-no-color"], { cwd: folder, env, timeoutSeconds: 60 });
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(dirname(yes), { recursive: true });
  writeFileSync(yes, "");
  return true;
}

function requirements(): object {
  const wanted: Record<string, object> = {};
  for (const { name, version } of MIRRORED_PROVIDERS) {
    wanted[name] = { source: `hashicorp/${name}`, version: `>= ${version}` };
  }
  return { terraform: { required_providers: wanted } };
}
