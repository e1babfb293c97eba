import { resolve } from "node:path";
import type { Command } from "commander";
import { storedSource } from "../builder/exports/source";
import { exportToFolder } from "../builder/exports/to-folder";
import { untilInterrupted } from "../builder/program";
import { Platform } from "../platforms/platform";
import { findImage, requireStore } from "../store/list";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions, wholeNumber } from "./command";

interface ExportOptions extends StoreOptions {
  readonly platform: string;
  readonly output: string;
  readonly guest?: string;
  readonly username?: string;
  readonly prepared: boolean;
  readonly memoryMib: number;
}

/** How each platform is made from the command's options, by the name under which its rules are known. */
const MADE: Readonly<Record<string, (options: ExportOptions) => Platform>> = {
  libvirt: () => Platform.libvirt(),
  xen: ({ prepared }) => Platform.xen({ prepared }),
  azure: ({ prepared }) => Platform.azure({ prepared }),
  google: () => Platform.google(),
  aws: ({ prepared }) => Platform.aws({ prepared }),
  vmware: ({ guest, memoryMib }) => {
    if (guest === undefined) {
      throw new UserError("an OVA names its guest: write --guest ID with VMware's identifier, such as rhel9_64Guest");
    }
    return Platform.vmware({ guest, memoryMiB: memoryMib });
  },
  vagrant: ({ prepared, username }) =>
    Platform.vagrantLibvirt({ prepared, ...(username !== undefined && { username }) }),
  "bare-metal": () => Platform.bareMetal(),
};

/** Adds `os-images export IMAGE --platform NAME`. Exit code 130: interrupted; nothing is left then. */
export function addExport(program: Command): void {
  addStoreCommand(program, "export", "Make a platform's file from an image, and check it against the platform's rules.")
    .argument("<image>", "NAME, NAME@latest or NAME/FINGERPRINT")
    .requiredOption("--platform <name>", `one of ${Object.keys(MADE).join(", ")}`)
    .option("--output <dir>", "folder that gets the file; a file that is there is never overwritten", ".")
    .option("--guest <id>", "vmware: VMware's identifier of the guest, such as rhel9_64Guest")
    .option("--memory-mib <number>", "vmware: memory of the imported machine", wholeNumber(1), 2048)
    .option("--username <name>", "vagrant: who logs in to the box; vagrant unless given")
    .option("--prepared", "the image has what the platform wants inside: only convert its disk", false)
    .action(async (reference: string, options: ExportOptions) => {
      process.exitCode = await exportImage(reference, options);
    });
}

async function exportImage(reference: string, options: ExportOptions): Promise<number> {
  const make = Object.hasOwn(MADE, options.platform) ? MADE[options.platform] : undefined;
  if (make === undefined) {
    throw new UserError(`there is no platform "${options.platform}": write one of ${Object.keys(MADE).join(", ")}`);
  }
  const platform = make(options).recipe;
  const { paths } = findImage(requireStore(options.store), reference);
  const source = storedSource(paths);
  const output = resolve(options.output);
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  let files: string[] = [];
  const code = await untilInterrupted(`the export of ${source.name}`, async (signal) => {
    files = await exportToFolder({ paths, source, platform, output, write, signal });
  });
  if (code !== 0) return code;
  if (options.json) {
    printJson({ image: source.name, fingerprint: source.fingerprint, platform: options.platform, files });
  } else process.stdout.write(files.map((file) => `${file}\n`).join(""));
  return 0;
}
