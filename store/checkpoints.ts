import { existsSync, readdirSync, renameSync, statfsSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../util/json-file";
import { bytesOf } from "./file-system";
import { MANIFEST_FILE, storeFolders } from "./layout";

/** Raised whenever a reader of the version before would misread a checkpoint. */
export const CHECKPOINT_VERSION = 1;

/** The disk of a checkpoint: a qcow2 file, on the disk of the checkpoint before it if there is one. */
export const CHECKPOINT_DISK = "disk.qcow2";

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** `manifest.json` of a checkpoint: it is one if and only if that is there. */
export const checkpointSchema = z.object({
  checkpointVersion: z.literal(CHECKPOINT_VERSION),
  /** Of the stage: 64 hex digits. */
  fingerprint: digest,
  /** The stage after which the disk was copied, such as "install". */
  stage: z.string(),
  /** The image whose build made it. */
  madeFor: z.string(),
  /** ISO 8601, UTC. */
  madeAt: z.iso.datetime(),
  /** The checkpoint under it. */
  base: z.object({ fingerprint: digest, diskSha256: digest }).optional(),
  /** sha256 of each file beside the manifest, by name. */
  files: z.record(z.string().regex(/^[a-z][a-z0-9.-]*$/), digest),
});

export type CheckpointManifest = z.infer<typeof checkpointSchema>;

/** A checkpoint, or what lies in the place of one. */
export interface Checkpoint {
  readonly path: string;
  readonly manifest?: CheckpointManifest;
  /** Why it cannot be taken, if it has no sound manifest. */
  readonly reason?: string;
}

/** Where the checkpoint of a stage lies: `<store>/.checkpoints/<first 12 digits>`. */
export function checkpointFolder(store: string, fingerprint: string): string {
  return join(storeFolders(store).checkpoints, fingerprint.slice(0, 12));
}

/** Reads what lies in the place of a checkpoint, without its disk's bytes; undefined if nothing does. */
export function readCheckpoint(path: string): Checkpoint | undefined {
  if (!existsSync(path)) return undefined;
  const text = readJson(join(path, MANIFEST_FILE));
  if (text === undefined) return { path, reason: "its manifest.json is missing or no JSON" };
  const { checkpointVersion } = text as Partial<CheckpointManifest>;
  if (checkpointVersion !== CHECKPOINT_VERSION) return { path, reason: "another version of os-images made it" };
  const { data: manifest } = checkpointSchema.safeParse(text);
  if (manifest === undefined) return { path, reason: "its manifest.json is not sound" };
  const missing = Object.keys(manifest.files).find((file) => !existsSync(join(path, file)));
  return missing === undefined ? { path, manifest } : { path, reason: `its ${missing} is missing` };
}

/**
 * The checkpoints that a stage's one stands on, the lowest first and itself last; undefined if there is none.
 * What makes the chain unusable is its `reason`.
 */
export function checkpointChain(
  store: string,
  fingerprint: string,
): { readonly chain: readonly CheckpointManifest[]; readonly reason?: string } | undefined {
  const chain: CheckpointManifest[] = [];
  let wanted: CheckpointManifest["base"] = { fingerprint, diskSha256: "" };
  while (wanted !== undefined) {
    const found = readCheckpoint(checkpointFolder(store, wanted.fingerprint));
    if (found === undefined) return chain.length === 0 ? undefined : { chain, reason: "the one under it is gone" };
    const { manifest, reason = "it is another stage's" } = found;
    if (manifest?.fingerprint !== wanted.fingerprint) return { chain, reason };
    if (chain.some((one) => one.fingerprint === manifest.fingerprint)) return { chain, reason: "it stands on itself" };
    if (wanted.diskSha256 !== "" && wanted.diskSha256 !== manifest.files[CHECKPOINT_DISK]) {
      return { chain, reason: "the one under it was made anew" };
    }
    chain.unshift(manifest);
    wanted = manifest.base;
  }
  return { chain };
}

/** Says that checkpoints were used now: the ones unused for longest go first. */
export function markUsed(store: string, chain: readonly CheckpointManifest[], now: Date = new Date()): void {
  for (const { fingerprint } of chain) {
    const file = join(checkpointFolder(store, fingerprint), MANIFEST_FILE);
    if (existsSync(file)) utimesSync(file, now, now);
  }
}

/**
 * Renames a whole folder into the place of a checkpoint. False if another process did that first; an old one must have
 * been removed.
 */
export function publishCheckpoint(store: string, folder: string, fingerprint: string): boolean {
  try {
    renameSync(folder, checkpointFolder(store, fingerprint));
    return true;
  } catch (error) {
    if (["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) return false;
    throw error;
  }
}

/** An entry of the folder of checkpoints, as `os-images checkpoints ls` lists it. */
export interface ListedCheckpoint extends Checkpoint {
  /** The first 12 digits of its fingerprint. */
  readonly digits: string;
  /** Bytes of the disk that it takes itself. */
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly usedAt: string;
}

/** The checkpoints of a store, those used last first. */
export function listCheckpoints(store: string): ListedCheckpoint[] {
  const { checkpoints } = storeFolders(store);
  if (!existsSync(checkpoints)) return [];
  const listed = readdirSync(checkpoints).flatMap((digits): ListedCheckpoint[] => {
    const path = join(checkpoints, digits);
    const found = /^[0-9a-f]{12}$/.test(digits) ? readCheckpoint(path) : undefined;
    const used = statSync(join(path, MANIFEST_FILE), { throwIfNoEntry: false }) ?? statSync(path);
    return found === undefined ? [] : [{ ...found, digits, bytes: bytesOf(path), usedAt: used.mtime.toISOString() }];
  });
  return listed.sort((a, b) => (a.usedAt < b.usedAt ? 1 : -1));
}

/**
 * The checkpoints that must go so that the rest takes no more than so many bytes, in the order in which they may go: those
 * used least recently, and none before what stands on it. What cannot be used goes first.
 */
export function checkpointsOver(listed: readonly ListedCheckpoint[], limitBytes: number): ListedCheckpoint[] {
  const kept = [...listed].sort((a, b) => (a.usedAt < b.usedAt ? -1 : 1));
  const gone = kept.filter(({ manifest }) => manifest === undefined);
  for (const one of gone) kept.splice(kept.indexOf(one), 1);
  while (kept.reduce((sum, { bytes }) => sum + bytes, 0) > limitBytes) {
    const next = kept.find(
      ({ digits }) => !kept.some(({ manifest }) => manifest?.base?.fingerprint.startsWith(digits)),
    );
    if (next === undefined) break;
    gone.push(next);
    kept.splice(kept.indexOf(next), 1);
  }
  return gone;
}

/** The most that checkpoints take, unless told otherwise: 20 GiB, or a tenth of the file system if that is less. */
export function defaultLimitBytes(store: string): number {
  const { blocks, bsize } = statfsSync(store);
  return Math.min(20 * 1024 ** 3, Math.floor((blocks * bsize) / 10));
}
