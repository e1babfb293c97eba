import type { Command } from "commander";
import {
  fingerprintOf,
  imageFolders,
  isImage,
  listImages,
  requireName,
  requireStore,
  type StoredImage,
} from "../store/list";
import { exportsOf, exportTitle, type StoredExport } from "../store/exports";
import { type Verdict, verifyImage } from "../store/verify";
import { findTool } from "../host/find";
import { Progress } from "../util/progress";
import { addStoreCommand, machineFolders, printJson, type StoreOptions } from "./command";
import { size, type Cell, textTable } from "../util/text-table";
import { PLATFORMS } from "../platforms/verify";
import { verifyInRemote } from "./remote/verify";
import { verifyForPlatform } from "./verify-platform";

interface VerifyOptions extends StoreOptions {
  readonly platform?: string;
  readonly remote?: true;
  readonly dryRun?: true;
  readonly machines?: readonly string[];
}

/** Adds `os-images verify [NAME...]`. Exit code 1: a damaged image, or a file that a platform would refuse, was found. */
export function addVerify(program: Command): void {
  addStoreCommand(
    program,
    "verify",
    "Read the disks and exports again; put what is damaged into quarantine, for the next deploy to make anew.",
  )
    .argument("[name...]", "images of these names alone; with --platform, files")
    .option("--dry-run", "move nothing")
    .option("--remote", "read the images of the remote that others share, and move nothing")
    .option(
      "--platform <name>",
      `check files, which may come from elsewhere, against a platform's rules: ${Object.keys(PLATFORMS).join(", ")}`,
    )
    .option("--machines <dir...>", 'more folders of machines beside "machines" next to the store')
    .action(async (names: string[], options: VerifyOptions) => {
      const { platform, remote, json } = options;
      if (remote) {
        process.exitCode = await verifyInRemote(names, json ?? false);
        return;
      }
      process.exitCode =
        platform === undefined ? await verify(names, options) : await verifyForPlatform(platform, names, json === true);
    });
}

async function verify(names: readonly string[], options: VerifyOptions): Promise<number> {
  const store = requireStore(options.store);
  const found =
    names.length === 0 ? listImages(store) : [...new Set(names)].flatMap((name) => requireName(store, name));
  const qemuImg = findTool("qemu-img")?.path;
  if (qemuImg === undefined) process.stderr.write("the disks' structure is not checked: there is no qemu-img\n");
  const machines = machineFolders(store, options.machines);
  const progress = new Progress(process.stderr);
  const exports = imageFolders(store)
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .flatMap(exportsOf);
  const made = exports.filter(({ state }) => state !== "building" && state !== "unfinished");
  const verdicts: [Verified, Verdict][] = [];
  for (const image of [...found.filter(isImage), ...made]) {
    const settings = { dryRun: options.dryRun ?? false, machines, ...(qemuImg !== undefined && { qemuImg }) };
    const verdict = await withProgress(progress, image, (onBytes) => verifyImage(image, { ...settings, onBytes }));
    verdicts.push([image, verdict]);
  }
  if (options.json) printJson(verdicts.map(([image, verdict]) => ({ ...identityOf(image), ...verdict })));
  else if (verdicts.length === 0) process.stdout.write(`the store ${store} has no image to verify\n`);
  else process.stdout.write(textTable(["name", "fingerprint", "export", "verdict"], verdicts.map(toRow)));
  return verdicts.some(([, { kind }]) => kind === "damaged") ? 1 : 0;
}

/** An image, or an export of one. */
type Verified = StoredImage | StoredExport;

function isExport(entry: Verified): entry is StoredExport {
  return "of" in entry.paths;
}

/** Progress is shown on a terminal only. */
async function withProgress(
  progress: Progress,
  entry: Verified,
  work: (onBytes: (bytes: number) => void) => Promise<Verdict>,
): Promise<Verdict> {
  if (!process.stderr.isTTY) return work(() => undefined);
  let read = 0;
  const whole = size(bytesOf(entry));
  const outcome: { verdict?: Verdict } = {};
  await progress.step(titleOf(entry), async (note) => {
    outcome.verdict = await work((bytes) => note(`${size((read += bytes))} of ${whole}`));
    return outcome.verdict.kind;
  });
  return outcome.verdict as Verdict;
}

function bytesOf({ manifest }: Verified): number {
  if (manifest === undefined) return 0;
  const files = "disk" in manifest ? [manifest.disk] : manifest.files;
  return files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function titleOf(entry: Verified): string {
  return isExport(entry) ? exportTitle(entry.paths) : `${entry.paths.name}/${entry.paths.shortFingerprint}`;
}

function identityOf(entry: Verified) {
  const { name } = entry.paths;
  if (!isExport(entry)) return { name, fingerprint: fingerprintOf(entry) };
  const { of, platform, shortFingerprint } = entry.paths;
  return { name, fingerprint: of.shortFingerprint, platform, export: shortFingerprint };
}

function toRow([entry, verdict]: [Verified, Verdict]): (Cell | string)[] {
  const { name, shortFingerprint } = entry.paths;
  const identity = isExport(entry) ? [entry.paths.of.shortFingerprint, entry.paths.platform] : [shortFingerprint, "-"];
  return [name, ...identity, cellOf(verdict)];
}

function cellOf(verdict: Verdict): Cell {
  if (verdict.kind === "sound") return { text: "sound", colour: "green" };
  if (verdict.kind === "foreign") return { text: `not judged: ${verdict.reason}`, colour: "yellow" };
  return { text: damageText(verdict), colour: "red" };
}

function damageText({ reason, movedTo, leftBecause }: Extract<Verdict, { kind: "damaged" }>): string {
  if (movedTo !== undefined) return `damaged: ${reason}; moved to ${movedTo}`;
  return `damaged: ${reason}; not moved${leftBecause === undefined ? "" : `, as ${leftBecause}`}`;
}
