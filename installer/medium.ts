import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { assemble } from "./assemble";
import { mediumKey } from "./inputs";
import { withLock } from "./lock";

/** The medium of the demo installer, as `demo-installer.json` describes it. */
export interface Medium {
  /** Absolute path of the ISO. */
  readonly iso: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface MediumOptions {
  /** Make it anew although it is there, from the packages that Debian offers now. @default false */
  readonly renew?: boolean;
  /** Cache folder of the project. @default $XDG_CACHE_HOME/os-images, or ~/.cache/os-images */
  readonly cache?: string;
  /** Gets one line for each step, with the seconds since the start. @default standard error */
  readonly tell?: (line: string) => void;
}

/**
 * The medium, made if it is not there yet. It is named by its inputs: this folder's files and the pinned names in
 * inputs.ts, not the versions of Debian's packages; those are read when it is made (see README.md, "When it is made
 * anew"). With nothing to do it starts no process and takes a few milliseconds. Two callers at once make one medium.
 *
 * UserError with exit code 3 when a program is missing, 1 when a step fails.
 */
export async function ensureMedium(options: MediumOptions = {}): Promise<Medium> {
  const assets = join(options.cache ?? cacheFolder(), "assets");
  const folder = join(assets, `demo-installer-${mediumKey()}`);
  const found = options.renew ? undefined : readMedium(folder);
  const medium = found ?? (await withLock(`${folder}.lock`, () => make(folder, options)));
  announce(join(assets, "demo-installer.json"), medium);
  return medium;
}

/** The medium if it was made already, without making it or touching anything. */
export function findMedium(cache = cacheFolder()): Medium | undefined {
  return readMedium(join(cache, "assets", `demo-installer-${mediumKey()}`));
}

function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "os-images");
}

async function make(folder: string, options: MediumOptions): Promise<Medium> {
  // Another process may have made it while this one waited for the lock.
  const made = options.renew ? undefined : readMedium(folder);
  if (made) return made;
  const start = Date.now();
  const tell = options.tell ?? ((line: string) => process.stderr.write(`${line}\n`));
  const beside = `${folder}.${process.pid}.new`;
  rmSync(beside, { recursive: true, force: true });
  mkdirSync(beside, { recursive: true, mode: 0o755 });
  try {
    const iso = join(beside, "demo-installer.iso");
    await assemble(join(beside, "work"), iso, (step) =>
      tell(`demo installer: ${((Date.now() - start) / 1000).toFixed(1)} s: ${step}`),
    );
    rmSync(join(beside, "work"), { recursive: true, force: true });
    const medium = {
      iso: join(folder, "demo-installer.iso"),
      sha256: await sha256(iso),
      sizeBytes: statSync(iso).size,
    };
    writeFileSync(join(beside, "medium.json"), `${JSON.stringify(medium, undefined, 2)}\n`);
    rmSync(folder, { recursive: true, force: true });
    renameSync(beside, folder);
    tell(`demo installer: ${((Date.now() - start) / 1000).toFixed(1)} s: done, ${medium.sizeBytes >> 20} MiB`);
    return medium;
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

function readMedium(folder: string): Medium | undefined {
  const file = join(folder, "medium.json");
  if (!existsSync(file)) return undefined;
  const { sha256, sizeBytes } = JSON.parse(readFileSync(file, "utf8")) as Medium;
  const iso = join(folder, "demo-installer.iso");
  const size = statSync(iso, { throwIfNoEntry: false })?.size;
  return size === sizeBytes ? { iso, sha256, sizeBytes } : undefined;
}

function announce(file: string, medium: Medium): void {
  const text = `${JSON.stringify(medium, undefined, 2)}\n`;
  if (existsSync(file) && readFileSync(file, "utf8") === text) return;
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, text);
  renameSync(beside, file);
}

async function sha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(piece as Buffer);
  return hash.digest("hex");
}
