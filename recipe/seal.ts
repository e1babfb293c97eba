import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Login } from "./login";

/**
 * The sealing steps in their order; each is a file of `recipe/seal/` that says what it does. The build's user goes first,
 * so that the steps that follow remove its traces too. The contents are read when all but the free space is as it stays.
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
  "release-file",
  "contents",
  "free-space",
] as const;

export type SealStep = (typeof SEAL_STEPS)[number];

/** They undo what only a system does that was started and logged in to. */
const AFTER_A_LOGIN: readonly SealStep[] = ["remove-build-user", "quiet-logs"];

/** The steps of an image without those that are left out. Without a login, the installer runs them. */
export function sealSteps({ kind }: Pick<Login, "kind">, skipped: readonly SealStep[]): SealStep[] {
  const out = kind === "none" ? [...skipped, ...AFTER_A_LOGIN] : skipped;
  return SEAL_STEPS.filter((step) => !out.includes(step));
}

/** How a build logs in, as far as sealing needs it. */
export interface SealLogin {
  readonly kind: Login["kind"];
  readonly username?: string;
}

/**
 * Ends the system without stopping its units one by one: what they write as they stop, such as a seed of the random number
 * generator and a record of the shutdown, would come after the sealing. Programs are asked to end, and file systems are
 * unmounted: https://www.freedesktop.org/software/systemd/man/latest/systemctl.html (`--force` of `poweroff`).
 */
const POWER_OFF = "systemctl poweroff --force";

/**
 * The file that seals an image: the named steps in order, each in a subshell, with BUILD_USER set to the user that the
 * build logs in as if that user is to go, else empty. With a login it is a script, which powers off at its end; without,
 * the last section of the kickstart. Its text belongs to the package: a recipe holds its digest alone, and the builder
 * makes it again.
 */
export function sealText(steps: readonly SealStep[], login: SealLogin): string {
  const buildUser = login.kind === "buildKey" ? login.username : "";
  const body = steps.map((step) => `echo "os-images: seal: ${step}"\n(\n${stepText(step).trimEnd()}\n)\n`).join("");
  const script = `set -eu\nexport BUILD_USER='${buildUser}'\ncd /\n${body}`;
  const end = 'sync\necho "os-images: sealed"\n';
  return login.kind === "none"
    ? `\n# Sealing, added by os-images.\n%post --erroronfail\n${script}${end}%end\n`
    : `#!/bin/sh\n${script}rm -f "$0"\n${end}${POWER_OFF}\n`;
}

/** Where the builder puts the lines of /etc/os-images-release in, each a word of the shell. */
export const RELEASE_MARKER = "@@os-images:release@@";

/** Each step's file is read once for all images. */
const stepTexts = new Map<SealStep, string>();

function stepText(step: SealStep): string {
  const known = stepTexts.get(step);
  if (known !== undefined) return known;
  const text = readFileSync(join(__dirname, "seal", `${step}.sh`), "utf8");
  stepTexts.set(step, text);
  return text;
}
