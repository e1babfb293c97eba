import { readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { UserError } from "../util/user-error";
import { readJson } from "../util/json-file";

/** The two flash images of a UEFI machine. */
export interface Firmware {
  /** The firmware itself; a machine only reads it. */
  readonly code: string;
  /** What a machine's own variables start as; each machine writes to a copy. */
  readonly vars: string;
}

/** Where to look, as a test may have it. */
export interface FirmwareSearch {
  /** Absolute path of QEMU, beside whose `share/qemu` it may have brought firmware. */
  readonly qemu: string;
  /** Stands before every path. @default "" */
  readonly root?: string;
  /** @default the process's */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Part of a firmware descriptor, by which distributions say what their firmware is for:
 * https://www.qemu.org/docs/master/interop/firmware.html (docs/interop/firmware.json of QEMU)
 */
const descriptorSchema = z.object({
  "interface-types": z.array(z.string()),
  mapping: z.object({
    device: z.literal("flash"),
    mode: z.literal("split").optional(),
    executable: z.object({ filename: z.string(), format: z.literal("raw") }),
    "nvram-template": z.object({ filename: z.string(), format: z.literal("raw") }),
  }),
  targets: z.array(z.object({ architecture: z.string(), machines: z.array(z.string()) })),
  features: z.array(z.string()),
});

type Descriptor = z.infer<typeof descriptorSchema>;

/** What a machine of Packer's would have to be set up for: the SMM of Secure Boot, and its keys. */
const NEEDS_MORE = ["requires-smm", "enrolled-keys"];

/** Packages without descriptors, and old ones: Debian and Ubuntu, Fedora, Arch. */
const WELL_KNOWN: readonly Firmware[] = [
  { code: "/usr/share/OVMF/OVMF_CODE_4M.fd", vars: "/usr/share/OVMF/OVMF_VARS_4M.fd" },
  { code: "/usr/share/OVMF/OVMF_CODE.fd", vars: "/usr/share/OVMF/OVMF_VARS.fd" },
  { code: "/usr/share/edk2/ovmf/OVMF_CODE.fd", vars: "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
  { code: "/usr/share/edk2/x64/OVMF_CODE.4m.fd", vars: "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
];

/** The UEFI firmware of this host for a machine type such as "q35", or nothing where there is none. */
export function findFirmware(machineType: string, search: FirmwareSearch): Firmware | undefined {
  const root = search.root ?? "";
  const described = descriptors(search)
    .filter((descriptor) => suits(descriptor, machineType))
    .map(({ mapping }) => ({ code: mapping.executable.filename, vars: mapping["nvram-template"].filename }));
  return [...described, ...wellKnown(search.qemu)]
    .map(({ code, vars }) => ({ code: root + code, vars: root + vars }))
    .find(({ code, vars }) => isFile(code) && isFile(vars));
}

/**
 * As `findFirmware`.
 * @throws UserError (exit code 3) that says where it looked and what to install
 */
export function requireFirmware(machineType: string, search: FirmwareSearch): Firmware {
  const found = findFirmware(machineType, search);
  if (found !== undefined) return found;
  const descriptions = descriptorFolders(search).map((folder) => `${folder}/*.json`);
  const files = wellKnown(search.qemu).map(({ code, vars }) => `${code} with ${vars}`);
  throw new UserError(
    `no UEFI firmware for the machine type "${machineType}" was found; looked for what ${descriptions.join(", ")} ` +
      `describe, and for ${files.join(", ")}; install the package ovmf (Debian, Ubuntu) or edk2-ovmf (Fedora, Arch); ` +
      "Homebrew's qemu brings its own",
    3,
  );
}

/** QEMU's own build of the firmware, which Homebrew installs; one file of variables serves both word sizes. */
function wellKnown(qemu: string): Firmware[] {
  const share = shareFolder(qemu);
  return [...WELL_KNOWN, { code: `${share}/edk2-x86_64-code.fd`, vars: `${share}/edk2-i386-vars.fd` }];
}

function shareFolder(qemu: string): string {
  return join(dirname(dirname(qemu)), "share", "qemu");
}

/** In the order of their rank: what the user, the administrator and the packages say. */
function descriptorFolders({ qemu, environment = process.env }: FirmwareSearch): string[] {
  const config = environment["XDG_CONFIG_HOME"] || join(environment["HOME"] ?? homedir(), ".config");
  const share = join(shareFolder(qemu), "firmware");
  return [...new Set([join(config, "qemu", "firmware"), "/etc/qemu/firmware", share, "/usr/share/qemu/firmware"])];
}

/** A file hides those of the same name in folders of lower rank, an empty one that only; then the names decide. */
function descriptors(search: FirmwareSearch): Descriptor[] {
  const files = new Map<string, string>();
  for (const folder of descriptorFolders(search)) {
    for (const name of namesIn((search.root ?? "") + folder)) {
      if (name.endsWith(".json") && !files.has(name)) files.set(name, join((search.root ?? "") + folder, name));
    }
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, file]) => {
      const descriptor = descriptorSchema.safeParse(readJson(file));
      return descriptor.success ? [descriptor.data] : [];
    });
}

function suits(descriptor: Descriptor, machineType: string): boolean {
  // Descriptors name versioned types, such as "pc-q35-*"; "q35" and "pc" are the latest of each.
  const versioned = { q35: "pc-q35-0", pc: "pc-i440fx-0" }[machineType] ?? machineType;
  return (
    descriptor["interface-types"].includes("uefi") &&
    !descriptor.features.some((feature) => NEEDS_MORE.includes(feature)) &&
    descriptor.targets.some(
      ({ architecture, machines }) =>
        architecture === "x86_64" && machines.some((pattern) => matches(pattern, versioned)),
    )
  );
}

/** Patterns are those of glob(7); firmware packages use the star alone. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
