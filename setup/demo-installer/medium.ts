import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir } from "../../host/cache";
import { sha256OfFile } from "../../util/digest";
import type { Note } from "../../util/progress";
import { takeLock } from "../../util/process-lock.js";
import { makeWholeSlowly, writeWhole } from "../../util/whole-file";
import type { Step } from "../ensure";
import { assemble } from "./assemble";
import { type DemoSystem, mediumKey } from "./inputs";

/** The medium of the demo installer, as `demo-installer.json` describes it. */
export interface Medium {
  /** Absolute path of the ISO. */
  readonly iso: string;
  /** 64 hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface MediumOptions extends DemoSystem {
  /** Make it anew although it is there, from the packages that Debian offers now. @default false */
  readonly renew?: boolean;
  /** Cache folder of the project. @default $XDG_CACHE_HOME/os-images, or ~/.cache/os-images */
  readonly cache?: string;
  /** Gets each step's name as it begins. @default - nobody */
  readonly onStep?: Note;
}

/**
 * The medium, made if it is not there yet. It is named by its inputs: this folder's files and the pinned names in
 * inputs.ts, not the versions of Debian's packages; those are read when it is made (see README.md, "When it is made
 * anew"). With nothing to do it starts no process and takes a few milliseconds. Two callers at once make one medium.
 *
 * UserError with exit code 3 when a program is missing, 1 when a step fails.
 */
export async function ensureMedium(options: MediumOptions = {}): Promise<Medium> {
  const assets = join(options.cache ?? cacheDir(), "assets");
  const folder = join(assets, `demo-installer-${mediumKey(options)}`);
  const found = options.renew ? undefined : readMedium(folder);
  const medium = found ?? (await makeAlone(folder, options));
  if (!options.python) announce(join(assets, "demo-installer.json"), medium);
  return medium;
}

/** The medium if it was made already, without making it or touching anything. */
export function findMedium(system: DemoSystem = {}): Medium | undefined {
  return readMedium(join(cacheDir(), "assets", `demo-installer-${mediumKey(system)}`));
}

/** The medium as a step of set-up. */
export const demoInstaller: Step = {
  title: "demo installer",

  find() {
    const tool = "demo installer";
    const medium = findMedium();
    return [medium ? { tool, source: medium.iso } : { tool, remedy: "npm run setup" }];
  },

  async install(note) {
    await ensureMedium({ onStep: note });
    return "made from Debian's packages";
  },
};

async function makeAlone(folder: string, options: MediumOptions): Promise<Medium> {
  const lock = await takeLock(`${folder}.lock`, {
    onWait: ({ pid }) => options.onStep?.(`waiting for process ${pid}`),
  });
  try {
    return await make(folder, options);
  } finally {
    lock.release();
  }
}

async function make(folder: string, options: MediumOptions): Promise<Medium> {
  // Another process may have made it while this one waited for the lock.
  const made = options.renew ? undefined : readMedium(folder);
  if (made) return made;
  const old = mkdtempSync(`${folder}.old-`);
  const iso = join(folder, "demo-installer.iso");
  try {
    return await makeWholeSlowly(folder, async (beside) => {
      mkdirSync(beside, { mode: 0o755 });
      const fresh = join(beside, "demo-installer.iso");
      await assemble(join(beside, "work"), fresh, options, options.onStep ?? (() => undefined));
      rmSync(join(beside, "work"), { recursive: true, force: true });
      const medium = { iso, sha256: await sha256OfFile(fresh), sizeBytes: statSync(fresh).size };
      writeFileSync(join(beside, "medium.json"), textOf(medium));
      if (existsSync(folder)) renameSync(folder, join(old, "old"));
      return medium;
    });
  } finally {
    rmSync(old, { recursive: true, force: true });
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
  if (!existsSync(file) || readFileSync(file, "utf8") !== textOf(medium)) writeWhole(file, textOf(medium));
}

function textOf(medium: Medium): string {
  return `${JSON.stringify(medium, undefined, 2)}\n`;
}
