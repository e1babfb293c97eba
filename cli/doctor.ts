import type { Command } from "commander";
import { chooseAccelerator } from "../host/accelerator";
import { findTool } from "../host/find";
import { findingsTable, findTools } from "../setup/set-up";
import { type Finding, isComplete } from "../setup/ensure";
import { ANSIBLE_STEPS, toolSteps } from "../setup/steps";
import { addCommand, type CommandOptions, printJson } from "./command";

/** Adds `os-images doctor`. Exit code 3: something that builds need is missing. */
export function addDoctor(program: Command): void {
  addCommand(program, "doctor", "Show each tool that builds need: version, where it is, what to do if it is missing.")
    .addHelpText("after", "\nExit codes: 0 all is there, 3 something that builds need is missing")
    .action(async ({ json }: CommandOptions) => {
      const node: Finding = { tool: "node", version: process.versions.node, source: process.execPath };
      const findings = [node, ...(await findTools(toolSteps())), ...(await ansible()), ...(await acceleration())];
      if (json) printJson(findings);
      else process.stdout.write(findingsTable(findings));
      process.exitCode = isComplete(findings) ? 0 : 3;
    });
}

/** What images and machines need that Ansible configures. */
async function ansible(): Promise<Finding[]> {
  const findings = await findTools(ANSIBLE_STEPS);
  return findings
    .filter(({ tool }) => tool === "ssh" || tool === "ansible-playbook")
    .map((finding) => ({ ...finding, optional: true }));
}

/** What runs the guest's processor. Emulation (tcg) works everywhere, about ten times slower. */
async function acceleration(): Promise<Finding[]> {
  const qemu = findTool("qemu-system-x86_64")?.path;
  if (qemu === undefined) return [];
  const accelerator = await chooseAccelerator("auto", qemu);
  const remedy =
    "works, but builds are about ten times slower: if this host has KVM, give this user access to /dev/kvm";
  return [{ tool: "accelerator", source: accelerator, ...(accelerator === "tcg" && { remedy }), optional: true }];
}
