import type { Step } from "./ensure";
import { externalProvider, libvirtProvider, providers } from "./providers";
import { libvirtPackages, systemPackages, type Needed } from "./system-packages";
import { ansible, packer, packerPlugin, pykickstart, terraform } from "./tools";

/**
 * The tools that builds need, in the order in which set-up gets them: each step may use what those before it brought.
 * `more` are programs that the caller needs from the system's packages too.
 */
export function toolSteps(more: readonly Needed[] = []): readonly Step[] {
  return [systemPackages(more), pykickstart, terraform, providers, packer, packerPlugin];
}

const SSH: Needed = { tool: "ssh", debian: "openssh-client" };

/** Ansible, which only images and machines need that it configures; it works through OpenSSH's client. */
export const ANSIBLE_STEPS: readonly Step[] = [systemPackages([SSH]), ansible];

/** What libvirt machines need besides. */
export const LIBVIRT_STEPS: readonly Step[] = [libvirtPackages, libvirtProvider];

/** What guests of a Xen host need besides, on the machine that deploys. */
export const XEN_STEPS: readonly Step[] = [systemPackages([SSH]), externalProvider];
