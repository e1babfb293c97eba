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

/** The steps without those switched off. */
export function sealSteps(off: readonly SealStep[] = []): SealStep[] {
  return SEAL_STEPS.filter((step) => !off.includes(step));
}
