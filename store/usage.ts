import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../util/json-file";
import { commandLines, lockedInodes, openFilesBelow, type CommandLine, type OpenFile } from "../util/processes";
import { exportsOf } from "./exports";
import { PIN_FILE, REQUEST_FILE, REQUESTS_FOLDER, type ImagePaths } from "./layout";
import { builderOf, imageFolders, requestsOf } from "./list";
import { overlaysOn, realPath } from "./overlays";

/** What the processes of this host do with the files of a folder, at one moment. Empty if the system has no /proc. */
export interface ProcessUse {
  /** As far as this user may see. */
  readonly open: readonly OpenFile[];
  /** Of all users: QEMU locks the disks of a running machine, those under an overlay too. */
  readonly locked: ReadonlySet<number>;
  /** Of all users. */
  readonly commands: readonly CommandLine[];
}

export function processUse(folder: string): ProcessUse {
  return { open: openFilesBelow(folder), locked: lockedInodes(), commands: commandLines() };
}

/** What an image is built on that a request asks for. It stays, so that the image can be built again. */
export interface NeededBase {
  /** Name and first digits of the image that is built on it. */
  readonly by: string;
  /** 64 hex digits. */
  readonly fingerprint: string;
  /** Path of its disk, if it was named by that. */
  readonly disk?: string | undefined;
}

const requestOnBase = z.looseObject({
  recipe: z.looseObject({ base: z.string() }),
  medium: z.looseObject({ disk: z.looseObject({ path: z.string() }).optional() }),
});

/** The bases that the requests of a store need. */
export function neededBases(store: string): NeededBase[] {
  return imageFolders(store).flatMap((paths) =>
    requestsOf(paths).flatMap((key): NeededBase[] => {
      const { data } = requestOnBase.safeParse(readJson(join(paths.image, REQUESTS_FOLDER, key, REQUEST_FILE)));
      if (data === undefined) return [];
      const by = `${paths.name}/${paths.shortFingerprint}`;
      return [{ by, fingerprint: data.recipe.base, disk: data.medium.disk?.path }];
    }),
  );
}

/** What uses the images of a store beside what lies in their folders. */
export interface OtherUse {
  readonly processes: ProcessUse;
  readonly bases: readonly NeededBase[];
}

/**
 * Why an image or an export is needed now: requests, overlays, processes, a build, a pin, images that are built on it; of an
 * image, its exports that are. `ownLock`: the id of a lock that is no reason.
 */
export function reasonsOfUse(
  paths: ImagePaths,
  machines: readonly string[],
  use: OtherUse,
  ownLock?: string,
): string[] {
  const requests = requestsOf(paths);
  const builder = builderOf(paths);
  return [
    ...(requests.length > 0 ? [`requested by ${requests.join(", ")}`] : []),
    ...overlaysOn(paths, machines).map((overlay) => `the overlay ${overlay} lies on it`),
    ...processReasons(paths.image, use.processes),
    ...(builder !== undefined && builder.id !== ownLock ? [`process ${builder.pid} is building it`] : []),
    ...(existsSync(join(paths.image, PIN_FILE)) ? ["pinned"] : []),
    ...[...new Set(use.bases.filter((base) => isBase(paths, base)).map(({ by }) => `${by} is built on it`))],
    ...exportsOf(paths).flatMap((made) => {
      const [reason] = reasonsOfUse(made.paths, machines, use);
      return reason === undefined ? [] : [`its export for ${made.paths.platform}: ${reason}`];
    }),
  ];
}

function isBase({ image, shortFingerprint }: ImagePaths, { fingerprint, disk }: NeededBase): boolean {
  return disk === undefined ? fingerprint.startsWith(shortFingerprint) : disk.startsWith(`${image}/`);
}

/** Which processes use the files of a folder, as far as it can be known. */
export function processReasons(folder: string, { open, locked, commands }: ProcessUse): string[] {
  const prefix = `${realPath(folder)}/`;
  const holders = new Set(open.filter(({ path }) => path.startsWith(prefix)).map(({ pid }) => pid));
  const named = new Set(commands.filter(({ text }) => text.includes(prefix)).map(({ pid }) => pid));
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  const lockedFile = entries.find((entry) => {
    const stat = statSync(join(folder, entry), { throwIfNoEntry: false });
    return stat?.isFile() === true && locked.has(stat.ino);
  });
  if (holders.size > 0) return [`open in process ${[...holders].join(", ")}`];
  if (named.size > 0) return [`named on the command line of process ${[...named].join(", ")}`];
  return lockedFile === undefined ? [] : [`a process has locked its ${lockedFile}, as running machines do`];
}
