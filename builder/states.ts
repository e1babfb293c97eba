import type { BuildRequest } from "../recipe/request";

/** One state of a build. A build goes through all of them in the table's order. */
export interface State {
  readonly name: StateName;
  /** What makes it begin, and what makes it end. */
  readonly entry: string;
  readonly exit: string;
  /** How long it may last, in seconds; absent where nothing outside the builder decides that. */
  readonly timeoutSeconds?: (request: BuildRequest) => number;
  /** What is left behind where the build fails or is killed in it. */
  readonly leaves: string;
}

export type StateName =
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

const EVIDENCE = "console.log, packer.log and screenshot.png in <store>/<name>/.failed; killed: nothing";

/** The states of a build, in order. */
export const STATES: readonly State[] = [
  {
    name: "plan",
    entry: "the builder starts",
    exit: "the request is sound, its fingerprint right, and the image not there",
    leaves: "nothing",
  },
  {
    name: "preflight",
    entry: "there is something to build",
    exit: "tools, store, disk space, medium, secrets and accelerator are in order",
    leaves: "nothing in the store; digest, accelerator and a fetched medium in the cache",
  },
  {
    name: "slot",
    entry: "the host is fit to build; the guard starts",
    exit: "this process alone builds this image, and the host has room for one more build",
    leaves: "nothing: the guard removes lock and ticket, and those of the dead count for nothing",
  },
  {
    name: "prepare",
    entry: "lock and slot are held",
    exit: "the work folder holds recipe, keys and devices; the relay runs; Packer starts",
    leaves: "nothing: the guard removes the work folder",
  },
  {
    name: "boot",
    entry: "Packer was started",
    exit: "the installer runs: its boot command is typed, or its console speaks",
    timeoutSeconds: ({ settings }) => settings.installTimeoutSeconds,
    leaves: EVIDENCE,
  },
  {
    name: "install",
    entry: "the installer runs",
    exit: "the guest resets itself, or powers off where nobody logs in",
    timeoutSeconds: ({ settings }) => settings.installTimeoutSeconds,
    leaves: EVIDENCE,
  },
  {
    name: "reboot",
    entry: "the guest reset itself",
    exit: "the installed system's SSH server answers",
    timeoutSeconds: ({ settings }) => settings.loginTimeoutSeconds,
    leaves: EVIDENCE,
  },
  {
    name: "provision",
    entry: "the SSH server answers",
    exit: "Packer has logged in and run the last provisioning script",
    leaves: EVIDENCE,
  },
  {
    name: "seal",
    entry: "the sealing script is handed over",
    exit: "it has run and the guest shuts down",
    timeoutSeconds: () => 600,
    leaves: EVIDENCE,
  },
  {
    name: "shutdown",
    entry: "the guest was told to shut down",
    exit: "QEMU has ended",
    timeoutSeconds: () => 330,
    leaves: EVIDENCE,
  },
  {
    name: "convert",
    entry: "QEMU has ended",
    exit: "Packer has ended and the disk has its final form",
    leaves: EVIDENCE,
  },
  {
    name: "verify",
    entry: "the disk has its final form",
    exit: "its format, size and structure are right, and its sha256 is known",
    leaves: EVIDENCE,
  },
  {
    name: "publish",
    entry: "the disk is sound",
    exit: "manifest.json has its name",
    leaves: "nothing; killed: files without a manifest, which are no image and are replaced by the next build",
  },
];

/** A state by its name. */
export function stateNamed(name: StateName): State {
  const state = STATES.find((candidate) => candidate.name === name);
  if (state === undefined) throw new Error(`no state is named ${name}`);
  return state;
}

/** Whether one state comes after another. */
export function isAfter(name: StateName, other: StateName): boolean {
  return STATES.indexOf(stateNamed(name)) > STATES.indexOf(stateNamed(other));
}
