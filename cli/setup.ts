import type { Command } from "commander";
import { findTools, setUp } from "../setup/set-up";
import { ANSIBLE_STEPS, LIBVIRT_STEPS, toolSteps, XEN_STEPS } from "../setup/steps";
import { addCommand, type CommandOptions, printJson } from "./command";

const DETAILS = `
What this machine has, and is new enough, is used. The rest goes into $XDG_CACHE_HOME/os-images (or ~/.cache/os-images):
downloaded if the publishers' sites answer, otherwise built from source, which takes minutes. QEMU and other system
packages are installed by apt-get if that needs no password; otherwise the command to type is printed.

It may be interrupted, run twice at once, and run again at any time.
Exit codes: 0 all is there, 1 failed, 3 something that only you can install is missing, 130 interrupted`;

interface Wanted {
  readonly ansible?: true;
  readonly libvirt?: true;
  readonly xen?: true;
}

/** Adds `os-images setup`: gets the tools that builds need. */
export function addSetup(program: Command): void {
  addCommand(
    program,
    "setup",
    "Get the tools that builds need: QEMU, Terraform and its providers, Packer, pykickstart.",
  )
    .option("--ansible", "also Ansible, for images and machines that it configures")
    .option("--libvirt", "also libvirt and its provider for Terraform, for machines on this host")
    .option("--xen", "also what deploys guests to a Xen host over SSH")
    .addHelpText("after", DETAILS)
    .action(async ({ json, ansible, libvirt, xen }: CommandOptions & Wanted) => {
      const more = [...(ansible ? ANSIBLE_STEPS : []), ...(libvirt ? LIBVIRT_STEPS : []), ...(xen ? XEN_STEPS : [])];
      const steps = [...toolSteps(), ...more];
      await setUp(steps, json ? process.stderr : process.stdout);
      if (json) printJson(await findTools(steps));
    });
}
