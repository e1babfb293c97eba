import type { PhaseName } from "../../builder/phases";
import type { TreeProcess } from "../support/process-tree";

/** The processes of a deploy, from the command that a user gives down to QEMU. */
export const VICTIMS = [
  "deploy",
  "cdktf",
  "terraform",
  "shell",
  "builder",
  "guard",
  "packer",
  "plugin",
  "qemu",
] as const;
export type Victim = (typeof VICTIMS)[number];

const BEFORE_WORK: readonly Victim[] = ["deploy", "cdktf", "terraform", "shell", "builder"];

/** Who can be killed in each phase. */
export const VICTIMS_OF: Readonly<Record<PhaseName, readonly Victim[]>> = {
  plan: BEFORE_WORK,
  preflight: BEFORE_WORK,
  slot: BEFORE_WORK,
  prepare: [...BEFORE_WORK, "guard"],
  boot: VICTIMS,
  install: VICTIMS,
  reboot: VICTIMS,
  provision: VICTIMS,
  seal: VICTIMS,
  shutdown: VICTIMS,
  convert: [...BEFORE_WORK, "guard", "packer", "plugin"],
  verify: [...BEFORE_WORK, "guard"],
  publish: [...BEFORE_WORK, "guard"],
};

const COMMAND_LINES: Readonly<Record<Exclude<Victim, "shell" | "builder" | "deploy" | "cdktf">, RegExp>> = {
  terraform: /^\S*(?:terraform|tofu) apply/,
  guard: /^\/bin\/sh \S*builder\/guard\.sh/,
  packer: /^\S*packer build/,
  plugin: /^\S*packer-plugin-qemu\S* start builder/,
  qemu: /^\S*qemu-system/,
};

/** Finds a victim among a deploy's processes; undefined if it is not there. */
export function findVictim(
  victim: Victim,
  tree: readonly TreeProcess[],
  root: number,
  builder: number,
): TreeProcess | undefined {
  const byPid = (pid: number): TreeProcess | undefined => tree.find((one) => one.pid === pid);
  if (victim === "builder") return byPid(builder);
  if (victim === "deploy" || victim === "cdktf" || victim === "shell") return byPid(root);
  return tree.find(({ commandLine }) => COMMAND_LINES[victim].test(commandLine));
}
