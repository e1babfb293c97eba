import { spawnSync } from "node:child_process";
import { UserError } from "../util/user-error";
import { findTool, firstOnPath } from "../host/find";
import { findFirmware } from "../host/firmware";
import type { Note } from "../util/progress";
import { run } from "../util/run";
import type { Finding, Step } from "./ensure";

/** A program that has to be there, and Debian's and Ubuntu's package that brings it, or several with a space between. */
export interface Needed {
  readonly tool: string;
  readonly debian: string;
}

/** What builds need of the system's packages. Packer makes the OEMDRV disc with xorriso. */
const NEEDED: readonly Needed[] = [
  { tool: "qemu-system-x86_64", debian: "qemu-system-x86" },
  { tool: "qemu-img", debian: "qemu-utils" },
  { tool: "python3", debian: "python3" },
  { tool: "xorriso", debian: "xorriso" },
];

/** Debian keeps in a package of its own what makes a virtual environment. */
const VENV: Needed = { tool: "python3's ensurepip", debian: "python3-venv" };

/** What UEFI images start by. Only they need it, and QEMU's package brings it on most other systems. */
const FIRMWARE: Needed = { tool: "UEFI firmware", debian: "ovmf" };

/** How packages can be installed here: by this process, by a command that the user types, or unknown. */
export type Installer =
  { kind: "self"; prefix: readonly string[] } | { kind: "user"; sudo: boolean } | { kind: "none" };

/** What libvirt machines need on a host that is its own hypervisor. The provider changes domains with xsltproc. */
const LIBVIRT: readonly Needed[] = [
  { tool: "virt-qemu-run", debian: "libvirt-daemon-system libvirt-daemon-driver-qemu" },
  { tool: "virsh", debian: "libvirt-clients" },
  { tool: "dnsmasq", debian: "dnsmasq-base" },
  { tool: "xsltproc", debian: "xsltproc" },
];

/** libvirt, installed as the others are. */
export const libvirtPackages = packageStep("libvirt", () => LIBVIRT);

/** QEMU and the few system packages, `more` among them, installed by apt-get if that needs no password. */
export function systemPackages(more: readonly Needed[]): Step {
  return packageStep("system packages", () => [...NEEDED, ...more, ...(hasVenv() ? [] : [VENV]), FIRMWARE]);
}

/** A step that installs what of `needed` is missing. */
export function packageStep(title: string, needed: () => readonly Needed[]): Step {
  return {
    title,

    find() {
      return needed().map(findingOf);
    },

    async install(note) {
      const absent = needed().filter((one) => findingOf(one).source === undefined);
      const packages = [...new Set(absent.flatMap(({ debian }) => debian.split(" ")))];
      const installer = installerHere();
      if (installer.kind !== "self") throw new UserError(remedy(packages, installer), 3);
      await aptInstall(installer.prefix, packages, note);
      return `installed ${packages.join(" ")}`;
    },
  };
}

/** The command to type, or the sentence to read, if set-up may not install packages itself. */
export function remedy(packages: readonly string[], installer: Installer): string {
  if (installer.kind === "none") {
    return `install these (Debian's names) with your package manager: ${packages.join(" ")}`;
  }
  const how = installer.kind === "user" && !installer.sudo ? "type as root: " : "type: sudo ";
  return `system packages are missing; ${how}apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/** Decides who installs packages. `canSudo`: sudo is there and asks for no password. */
export function chooseInstaller(facts: { apt: boolean; root: boolean; sudo: boolean; canSudo: boolean }): Installer {
  if (!facts.apt) return { kind: "none" };
  if (facts.root) return { kind: "self", prefix: [] };
  return facts.canSudo ? { kind: "self", prefix: ["sudo", "-n"] } : { kind: "user", sudo: facts.sudo };
}

function installerHere(): Installer {
  const sudo = firstOnPath("sudo") !== undefined;
  return chooseInstaller({
    apt: firstOnPath("apt-get") !== undefined,
    root: process.getuid?.() === 0,
    sudo,
    canSudo: sudo && spawnSync("sudo", ["-n", "true"], { timeout: 5000 }).status === 0,
  });
}

/** Where pykickstart is there already, nobody makes an environment for it. */
function hasVenv(): boolean {
  if (findTool("python")) return true;
  return spawnSync("python3", ["-c", "import ensurepip"], { timeout: 20_000 }).status === 0;
}

function findingOf(one: Needed): Finding {
  const { tool, debian } = one;
  if (one === FIRMWARE) return firmwareFinding();
  const found = one === VENV ? undefined : findTool(tool);
  if (!found) return missing(tool, debian);
  return { tool, source: found.path, ...(found.version === undefined ? {} : { version: found.version }) };
}

/** Where only the user can install it, set-up does without: most images are for BIOS machines. */
function firmwareFinding(): Finding {
  const qemu = findTool("qemu-system-x86_64")?.path ?? "/usr/bin/qemu-system-x86_64";
  const firmware = findFirmware("q35", { qemu });
  if (firmware !== undefined) return { tool: FIRMWARE.tool, source: firmware.code };
  const { tool, remedy = "" } = missing(FIRMWARE.tool, FIRMWARE.debian);
  return { tool, remedy: `for UEFI images only: ${remedy}`, optional: installerHere().kind !== "self" };
}

function missing(tool: string, debian: string): Finding {
  const installer = installerHere();
  return {
    tool,
    remedy: installer.kind === "self" ? `npx os-images setup (package ${debian})` : remedy([debian], installer),
  };
}

/** With old package lists, or none as in a fresh container, the first try fails at once: then they are renewed. */
async function aptInstall(prefix: readonly string[], packages: readonly string[], note: Note): Promise<void> {
  const apt = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"];
  const [command, ...args] = apt as [string, ...string[]];
  const install = ["install", "--no-install-recommends", "-y", ...packages];
  note(packages.join(" "));
  try {
    await run(command, [...args, ...install]);
  } catch {
    note("renewing the package lists");
    await run(command, [...args, "update"]);
    note(packages.join(" "));
    await run(command, [...args, ...install]);
  }
}
