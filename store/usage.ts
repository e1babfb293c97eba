import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { commandLines, lockedInodes, openFilesBelow, type CommandLine, type OpenFile } from "../util/processes";
import { exportsOf } from "./exports";
import { PIN_FILE, type ImagePaths } from "./layout";
import { builderOf, requestsOf } from "./list";
import { overlaysOn, realPath } from "./overlays";

/** What the processes of this host do with the files of a store, at one moment. Empty if the system has no /proc. */
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

/**
 * Why an image or an export is needed now: requests, overlays, processes, a build, a pin; of an image, its exports that are.
 * `ownLock`: the id of a lock that is no reason.
 */
export function reasonsOfUse(
  paths: ImagePaths,
  machines: readonly string[],
  use: ProcessUse,
  ownLock?: string,
): string[] {
  const requests = requestsOf(paths);
  const builder = builderOf(paths);
  return [
    ...(requests.length > 0 ? [`requested by ${requests.join(", ")}`] : []),
    ...overlaysOn(paths, machines).map((overlay) => `the overlay ${overlay} lies on it`),
    ...processReasons(paths.image, use),
    ...(builder !== undefined && builder.id !== ownLock ? [`process ${builder.pid} is building it`] : []),
    ...(existsSync(join(paths.image, PIN_FILE)) ? ["pinned"] : []),
    ...exportsOf(paths).flatMap((made) => {
      const [reason] = reasonsOfUse(made.paths, machines, use);
      return reason === undefined ? [] : [`its export for ${made.paths.platform}: ${reason}`];
    }),
  ];
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
