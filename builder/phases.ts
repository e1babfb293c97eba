import type { TimeLimits } from "../recipe/time-limits";

/** One phase of a build. A build goes through all of them in the table's order. */
export interface Phase {
  readonly name: PhaseName;
  /** How long it may last, in seconds. @default - no limit: nothing outside the builder decides how long it takes */
  readonly timeoutSeconds?: (limits: TimeLimits) => number;
}

export type PhaseName =
  | "plan"
  | "preflight"
  | "slot"
  | "prepare"
  | "boot"
  | "install"
  | "reboot"
  | "provision"
  | "seal"
  | "shutdown"
  | "convert"
  | "verify"
  | "publish";

/**
 * The phases of a build, in order. A build that fails or is killed before `boot` leaves nothing. One that fails from
 * `boot` to `verify` leaves its evidence in `<store>/<name>/.failed`; one that is killed leaves nothing. One that is killed
 * in `publish` leaves files without a manifest, which are no image: the next build replaces them.
 */
export const PHASES: readonly Phase[] = [
  /** The request is read; its fingerprint is right and the image is missing. */
  { name: "plan" },
  /** Tools, store, disk space, medium, secrets and accelerator are checked. */
  { name: "preflight" },
  /** Waits until no other process builds this image, and until the host has room for one more build. */
  { name: "slot" },
  /** Makes the work folder with recipe, keys and devices, and starts the relay. */
  { name: "prepare" },
  /** Packer runs. Ends when the installer runs: its boot command is typed, or its console speaks. */
  { name: "boot", timeoutSeconds: ({ installSeconds }) => installSeconds },
  /** The installer runs. Ends when the guest resets itself, or powers off if nobody logs in. */
  { name: "install", timeoutSeconds: ({ installSeconds }) => installSeconds },
  /** The installed system starts. Ends when its SSH server answers. */
  { name: "reboot", timeoutSeconds: ({ loginSeconds }) => loginSeconds },
  /** Packer logs in and runs the provisioning scripts. */
  { name: "provision" },
  /** The sealing script runs. */
  { name: "seal", timeoutSeconds: () => 600 },
  /** The guest shuts down. Ends with QEMU. */
  { name: "shutdown", timeoutSeconds: () => 330 },
  /** Packer converts the disk to its final form. */
  { name: "convert" },
  /** Format, size and structure of the disk are checked, its sha256 is computed, and it is started once if asked for. */
  { name: "verify" },
  /** The files are moved to the image's folder, `manifest.json` last. */
  { name: "publish" },
];

/** A phase by its name. */
export function phaseNamed(name: PhaseName): Phase {
  const phase = PHASES.find((candidate) => candidate.name === name);
  if (phase === undefined) throw new Error(`no phase is named ${name}`);
  return phase;
}

/** Whether one phase comes after another. */
export function isAfter(name: PhaseName, other: PhaseName): boolean {
  return PHASES.indexOf(phaseNamed(name)) > PHASES.indexOf(phaseNamed(other));
}
