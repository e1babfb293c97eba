import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Login } from "./login";

/**
 * The sealing steps in their order; each is a file of `recipe/seal/` that says what it does. The build's user goes first,
 * so that the steps that follow remove its traces too; free space comes last.
 */
export const SEAL_STEPS = [
  "remove-build-user",
  "quiet-logs",
  "package-caches",
  "cloud-init",
  "network-identity",
  "installer-leftovers",
  "logs",
  "histories",
  "temporary-files",
  "ssh-host-keys",
  "random-seed",
  "machine-id",
  "free-space",
] as const;

export type SealStep = (typeof SEAL_STEPS)[number];

/**
 * The sealing script: the named steps in order, then power off. Its text belongs to the package: a recipe holds its
 * digest alone, and the builder makes it again. Each step runs in a subshell, with BUILD_USER set to the user that the
 * build logs in as if that user is to go, else empty.
 */
export function sealScript(
  steps: readonly SealStep[],
  login: { readonly kind: Login["kind"]; readonly username?: string },
): string {
  const buildUser = login.kind === "buildKey" ? login.username : "";
  const body = steps.map((step) => `echo "os-images: seal: ${step}"\n(\n${stepText(step).trimEnd()}\n)\n`);
  return (
    `#!/bin/sh\nset -eu\nexport BUILD_USER='${buildUser}'\ncd /\n${body.join("")}` +
    `rm -f "$0"\nsync\necho "os-images: sealed"\nsystemctl poweroff\n`
  );
}

/** Each step's file is read once for all images. */
const stepTexts = new Map<SealStep, string>();

function stepText(step: SealStep): string {
  const known = stepTexts.get(step);
  if (known !== undefined) return known;
  const text = readFileSync(join(__dirname, "seal", `${step}.sh`), "utf8");
  stepTexts.set(step, text);
  return text;
}
