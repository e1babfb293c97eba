import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Label of the volume on which cloud-init looks for its NoCloud data. */
export const SEED_LABEL = "cidata";

/** The files on it. */
export const SEED_FILES = ["user-data", "meta-data"] as const;

/**
 * The files that have cloud-init make the build's login in a base image before its SSH server starts, by the script of the
 * section that a kickstart gets: https://docs.cloud-init.io/en/latest/reference/datasources/nocloud.html. Sealing removes it.
 * All builds on one base have the same instance, so that going on from a checkpoint starts no new one.
 */
export function seedTexts(username: string, base: string): Readonly<Record<(typeof SEED_FILES)[number], string>> {
  const section = readFileSync(join(__dirname, "build-login.cfg"), "utf8").replace("@@build_user@@", username);
  const script = section.slice(section.indexOf("set -eu"), section.lastIndexOf("%end"));
  const config = { users: [], preserve_hostname: true, bootcmd: [["/bin/sh", "-c", script]] };
  return {
    "user-data": `#cloud-config\n${JSON.stringify(config, null, 2)}\n`,
    "meta-data": `instance-id: os-images-${base.slice(0, 12)}\n`,
  };
}
