import { openRemote } from "../remote/open";
import { fetchImage } from "../remote/fetch";
import { pushImage } from "../remote/push";
import { type Remote, RemoteError } from "../remote/remote";
import { remoteSettings, type RemoteSettings } from "../remote/settings";
import type { BuildRequest } from "../recipe/request";
import { quarantine, readOwnImage } from "../store/image";
import type { ImagePaths } from "../store/layout";
import type { Manifest } from "../store/manifest";
import { takeLock, type LockHolder } from "../util/process-lock.js";
import type { PhaseLog } from "./phase-log";

/** How often a line says that this deploy waits for another one, in milliseconds. */
const REMIND_MS = 30_000;

/** The remote of one build, if it has one: images come from there instead of being built, and go there once they are built. */
export class Sharing {
  private constructor(
    private readonly remote: Remote,
    private readonly mode: RemoteSettings["mode"],
    private readonly phases: PhaseLog,
    private readonly signal: AbortSignal,
  ) {}

  /** Undefined if the build has no remote. */
  static async of(request: BuildRequest, phases: PhaseLog, signal: AbortSignal): Promise<Sharing | undefined> {
    const settings = remoteSettings(request.settings);
    if (settings === undefined) return undefined;
    return new Sharing(await openRemote(settings.address, { signal }), settings.mode, phases, signal);
  }

  /**
   * Fetches the image of a request; undefined if it is to be built. Another process of this host that builds or fetches it
   * is waited for.
   */
  async fetch(request: BuildRequest, paths: ImagePaths): Promise<Manifest | undefined> {
    const onWait = ({ pid, since }: LockHolder): void =>
      this.phases.log(`waits for process ${pid}, which has been making this image since ${since}`);
    const lock = await takeLock(paths.lock, { signal: this.signal, onWait, remindMs: REMIND_MS });
    try {
      const found = readOwnImage(paths);
      if (found.kind === "present") return found.manifest;
      if (found.kind === "damaged") this.phases.log(`put into quarantine, as ${found.reason}: ${quarantine(paths)}`);
      return await this.orGoOn("it is built here", () =>
        fetchImage(this.remote, paths, {
          say: (line) => this.phases.log(line),
          signal: this.signal,
          check: (manifest) => mismatch(manifest, request),
        }),
      );
    } finally {
      lock.release();
    }
  }

  /** Pushes an image that was built. */
  async push(paths: ImagePaths): Promise<void> {
    if (this.mode === "read") return;
    const say = (line: string): void => this.phases.log(line);
    const outcome = await this.orGoOn("it is not pushed", () =>
      pushImage(this.remote, paths, { say, signal: this.signal }),
    );
    if (outcome === "present") say(`${this.remote.title} has this image from another builder; that one stays`);
    if (outcome === "pushed") say(`${this.remote.title} has it now`);
  }

  /** Says in one line why the remote failed, and goes on, unless it is required. */
  private async orGoOn<T>(consequence: string, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RemoteError) || this.mode === "required") throw error;
      this.phases.log(`warning: ${error.message}; ${consequence}`);
      return undefined;
    }
  }
}

/** Why a remote's image is not what a request asks for. */
function mismatch({ fingerprint, disk }: Manifest, { fingerprint: wanted, recipe }: BuildRequest): string | undefined {
  if (fingerprint !== wanted) return `its fingerprint is ${fingerprint}, not ${wanted}`;
  if (disk.format !== recipe.format) return `its disk has the format ${disk.format}, not ${recipe.format}`;
  const bytes = recipe.diskMiB * 1024 * 1024;
  return disk.virtualSizeBytes === bytes
    ? undefined
    : `its disk is one of ${disk.virtualSizeBytes} bytes, not ${bytes}`;
}
