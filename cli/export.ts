import { existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import { requireTool } from "../host/find";
import { makeArtefact, type SourceImage } from "../platforms/make";
import { artefactName, Platform } from "../platforms/platform";
import { verifyArtefact } from "../platforms/verify";
import { readOwnImage } from "../store/image";
import { findImage, requireStore } from "../store/list";
import { Progress } from "../util/progress";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions, wholeNumber } from "./command";

interface ExportOptions extends StoreOptions {
  readonly platform: string;
  readonly output: string;
  readonly guest?: string;
  readonly username?: string;
  readonly memoryMib: number;
}

/** How each platform is made from the command's options, by the name under which its rules are known. */
const MADE: Readonly<Record<string, (options: ExportOptions) => Platform>> = {
  libvirt: () => Platform.libvirt(),
  xen: () => Platform.xen(),
  azure: () => Platform.azure(),
  google: () => Platform.google(),
  aws: () => Platform.aws(),
  vmware: ({ guest, memoryMib }) => {
    if (guest === undefined) {
      throw new UserError("an OVA names its guest: write --guest ID with VMware's identifier, such as rhel9_64Guest");
    }
    return Platform.vmware({ guest, memoryMiB: memoryMib });
  },
  vagrant: ({ username }) => Platform.vagrantLibvirt({ ...(username !== undefined && { username }) }),
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
    .option("--username <name>", "vagrant: who logs in to the box; the image must let them")
    .action(async (reference: string, options: ExportOptions) => {
      process.exitCode = await exportImage(reference, options);
    });
}

async function exportImage(reference: string, options: ExportOptions): Promise<number> {
  const make = Object.hasOwn(MADE, options.platform) ? MADE[options.platform] : undefined;
  if (make === undefined) {
    throw new UserError(`there is no platform "${options.platform}": write one of ${Object.keys(MADE).join(", ")}`);
  }
  const platform = make(options);
  const image = sourceImage(requireStore(options.store), reference);
  const output = resolve(options.output);
  const name = artefactName(image.name, platform.recipe);
  if (existsSync(join(output, name))) {
    throw new UserError(`${join(output, name)} is there already: move it, or write another --output`);
  }
  mkdirSync(output, { recursive: true });
  const work = mkdtempSync(join(output, `.${image.name}-${platform.name}-`));
  const interruption = new AbortController();
  const stop = (): void => interruption.abort();
  for (const signal of SIGNALS) process.on(signal, stop);
  const progress = new Progress(process.stderr);
  try {
    let files: string[] = [];
    await progress.step(`${image.name} for ${options.platform}`, async () => {
      const settings = { qemuImg: requireTool("qemu-img").path, signal: interruption.signal };
      await makeArtefact(platform.recipe, image, work, settings);
      await requireRules(options.platform, join(work, name));
      files = publish(work, output);
      return "done";
    });
    if (options.json)
      printJson({ image: image.name, fingerprint: image.fingerprint, platform: options.platform, files });
    else process.stdout.write(files.map((file) => `${file}\n`).join(""));
    return 0;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write("interrupted; nothing is left of the export\n");
    return 130;
  } finally {
    rmSync(work, { recursive: true, force: true });
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @throws UserError on an image that is not there, or that is damaged */
function sourceImage(store: string, reference: string): SourceImage {
  const { paths } = findImage(store, reference);
  const found = readOwnImage(paths);
  if (found.kind !== "present") {
    const reason = found.kind === "damaged" ? `is damaged: ${found.reason}` : "is not built yet";
    throw new UserError(`image ${reference} ${reason}: deploy it first`);
  }
  const { name, fingerprint, revision, firmware, disk, source } = found.manifest;
  if (disk.format !== "qcow2" && disk.format !== "raw") {
    throw new UserError(`image ${reference} has the format "${disk.format}": only qcow2 and raw are exported`);
  }
  const { format, virtualSizeBytes } = disk;
  const file = { path: join(paths.image, disk.file), format, virtualSizeBytes } as const;
  return { name, fingerprint, revision, title: source.release, firmware, disk: file };
}

/** There are no rules for bare metal. */
async function requireRules(platform: string, file: string): Promise<void> {
  if (platform === "bare-metal") return;
  const [broken] = (await verifyArtefact(platform, file)).broken;
  if (broken !== undefined) throw new UserError(`${basename(file)} breaks ${broken.code}: ${broken.message}`, 1);
}

/** By links, which fail if a file of that name has appeared. */
function publish(work: string, output: string): string[] {
  return readdirSync(work).map((name) => {
    const file = join(output, name);
    linkSync(join(work, name), file);
    return file;
  });
}
