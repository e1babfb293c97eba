import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Qmp, QmpEvent } from "../host/qmp";
import { CHECKPOINT_DISK, CHECKPOINT_VERSION, type CheckpointManifest } from "../store/checkpoints";
import { bytesOf, freeBytes } from "../store/file-system";
import { MANIFEST_FILE } from "../store/layout";
import { sha256OfFile } from "../util/digest";
import { size } from "../util/text-table";
import type { BuildStages, ResumePoint } from "./build-stages";
import type { DiskCopier } from "./disk-copier";
import type { WorkFolder } from "./work-folder";

/** The private key that opens the machine of a checkpoint. */
export const CHECKPOINT_KEY = "build-key.pem";

/** What UEFI firmware keeps, as Packer's plugin names it. */
export const CHECKPOINT_VARS = "efivars.fd";

/** What has to stay free beside a copy of the disk, in bytes: a checkpoint must not be what fills the store. */
const SPARE_BYTES = 512 * 1024 ** 2;

/** How often the end of a provisioner is looked for, in milliseconds. */
const POLL_MS = 10;

/** Where a checkpoint lies in a work folder: each beside the one under it, as in the store. */
export function checkpointIn(work: WorkFolder, fingerprint: string): string {
  return join(work.path, "checkpoints", fingerprint.slice(0, 12));
}

/** A copy of the disk that is under way, or done. */
interface Copy {
  readonly index: number;
  readonly base?: Copy | undefined;
  /** Resolves to the manifest once the copy is whole. */
  readonly manifest: Promise<CheckpointManifest>;
}

/** What a checkpointer needs to know of its build. */
export interface CheckpointerOptions {
  readonly stages: BuildStages;
  readonly copier: DiskCopier;
  readonly work: WorkFolder;
  /** The image. */
  readonly name: string;
  /** What the build goes on from. */
  readonly from?: ResumePoint | undefined;
  /** Whether the installer's QEMU ends where the guest resets itself: see kernel-boot.sh. */
  readonly endsAtReset: boolean;
  readonly log: (line: string) => void;
}

/**
 * Keeps a build's checkpoints. After the installation the machine is stopped where it resets itself, when its disk is at
 * rest; after a provisioner the guest has synchronised its disk, and goes on while it is copied. Nothing that fails here
 * ends the build: then there is no checkpoint.
 */
export class Checkpointer {
  private qmp: Qmp | undefined;
  /** Whether QEMU stops where the guest resets itself or powers off. */
  private armed = false;
  private isFirst = true;
  private isBusy = false;
  private last: Copy | undefined;
  private readonly polls: NodeJS.Timeout;
  private polling = Promise.resolve();
  private publishing = Promise.resolve();

  constructor(private readonly options: CheckpointerOptions) {
    const { from } = options;
    const manifest = from?.chain.at(-1);
    if (from !== undefined && manifest !== undefined)
      this.last = { index: from.index, manifest: Promise.resolve(manifest) };
    this.polls = setInterval(() => void this.poll(), POLL_MS);
  }

  /** A QEMU has just been started. */
  async attached(qmp: Qmp): Promise<void> {
    this.qmp = qmp;
    const installs = this.isFirst && this.options.from === undefined;
    this.isFirst = false;
    const { copier } = this.options;
    await this.orLog("the builder cannot copy the disk", async () => {
      await copier.attach(qmp);
      if (this.last !== undefined) await copier.countFromStart();
      else if (installs) await this.arm(true);
    });
  }

  /** Whether the machine has stopped because of this event, and `stopped` must be called. */
  hasStopped({ event, data }: QmpEvent): boolean {
    return this.armed && event === "SHUTDOWN" && data?.["guest"] === true;
  }

  /**
   * Lets a stopped machine go on: after a copy of its disk if it has reset itself. Resolves to whether the same QEMU starts
   * the guest again.
   */
  async stopped({ data }: QmpEvent): Promise<boolean> {
    const { qmp } = this;
    this.armed = false;
    if (qmp === undefined) return false;
    const { endsAtReset } = this.options;
    const isReset = data?.["reason"] === "guest-reset";
    if (isReset) {
      await this.orLog("there is no checkpoint after install", async () => {
        const { ended } = await this.copy(0);
        if (endsAtReset) await ended;
      });
    }
    if (!isReset || endsAtReset) {
      await qmp.execute("quit").catch(() => undefined);
      return false;
    }
    await this.arm(false);
    await qmp.execute("system_reset");
    await qmp.execute("cont");
    return true;
  }

  /** Somebody has logged in: the installation was whole. */
  loggedIn(): void {
    if (this.last?.index === 0 && this.options.from === undefined) this.publish(this.last);
  }

  /** Ends the copies: those that are whole are kept. */
  async end(): Promise<void> {
    clearInterval(this.polls);
    await this.polling;
    await this.publishing;
  }

  private async arm(armed: boolean): Promise<void> {
    const action = armed ? { reboot: "shutdown", shutdown: "pause" } : { reboot: "reset", shutdown: "poweroff" };
    await this.qmp?.execute("set-action", action);
    this.armed = armed;
  }

  /** Looks whether a provisioner has ended. */
  private poll(): Promise<void> {
    const { stages, work } = this.options;
    const next = stages.stages.findIndex((_, index) => {
      const file = join(work.path, `provisioner-${index}.`);
      return existsSync(`${file}ended`) && !existsSync(`${file}taken`);
    });
    if (next < 1 || this.isBusy) return this.polling;
    this.isBusy = true;
    this.polling = this.orLog(`there is no checkpoint after provisioner ${next}`, async () => {
      // QEMU makes one copy at a time.
      await this.last?.manifest.catch(() => undefined);
      await this.copy(next);
      if (this.last !== undefined) this.publish(this.last);
    }).then(() => {
      writeFileSync(join(work.path, `provisioner-${next}.taken`), "");
      this.isBusy = false;
    });
    return this.polling;
  }

  /** Begins to copy the disk as it is now. Resolves when the moment is taken. */
  private async copy(index: number): Promise<{ readonly ended: Promise<void> }> {
    const { stages, copier, work } = this.options;
    const fingerprint = stages.stages[index]?.fingerprint ?? "";
    const base = copier.isCounting ? this.last : undefined;
    const under = base && stages.stages[base.index]?.fingerprint.slice(0, 12);
    const free = freeBytes(work.path);
    const needed = bytesOf(work.output) + SPARE_BYTES;
    if (free < needed)
      throw new Error(`the store has ${size(free)} free, and a copy of the disk needs ${size(needed)}`);
    const folder = checkpointIn(work, fingerprint);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { ended } = await copier.begin(join(folder, CHECKPOINT_DISK), under && `../${under}/${CHECKPOINT_DISK}`);
    const vars = join(work.output, CHECKPOINT_VARS);
    if (existsSync(vars)) copyFileSync(vars, join(folder, CHECKPOINT_VARS));
    const key = join(work.path, CHECKPOINT_KEY);
    if (existsSync(key)) copyFileSync(key, join(folder, CHECKPOINT_KEY));
    const copy: Copy = { index, base, manifest: ended.then(() => this.describe(index, base, folder)) };
    copy.manifest.catch(() => {
      if (this.last === copy) this.last = base;
    });
    this.last = copy;
    return { ended };
  }

  private async describe(index: number, base: Copy | undefined, folder: string): Promise<CheckpointManifest> {
    const { stages, name } = this.options;
    const { fingerprint = "", name: stage = "" } = stages.stages[index] ?? {};
    const madeAt = new Date().toISOString();
    const files: Record<string, string> = {};
    for (const file of [CHECKPOINT_DISK, CHECKPOINT_KEY, CHECKPOINT_VARS].filter((one) =>
      existsSync(join(folder, one)),
    )) {
      chmodSync(join(folder, file), 0o400);
      files[file] = await sha256OfFile(join(folder, file));
    }
    const under = await base?.manifest;
    return {
      checkpointVersion: CHECKPOINT_VERSION,
      fingerprint,
      stage,
      madeFor: name,
      madeAt,
      ...(under && { base: { fingerprint: under.fingerprint, diskSha256: under.files[CHECKPOINT_DISK] ?? "" } }),
      files,
    };
  }

  /** Moves a copy to the store, after those before it. */
  private publish({ index, manifest }: Copy): void {
    const { stages, work, log } = this.options;
    const stage = stages.stages[index]?.name;
    this.publishing = this.publishing.then(() =>
      this.orLog(`there is no checkpoint after ${stage}`, async () => {
        const made = await manifest;
        const folder = join(work.path, `new-${made.fingerprint.slice(0, 12)}`);
        const replaced = join(work.path, "replaced");
        for (const one of [folder, replaced]) mkdirSync(one, { recursive: true, mode: 0o700 });
        const from = checkpointIn(work, made.fingerprint);
        for (const file of Object.keys(made.files)) linkSync(join(from, file), join(folder, file));
        writeFileSync(join(folder, MANIFEST_FILE), `${JSON.stringify(made, null, 2)}\n`);
        if (stages.publish(folder, made, replaced)) log(`${stage}: kept as a checkpoint`);
        stages.made(index);
      }),
    );
  }

  private async orLog(what: string, does: () => Promise<void>): Promise<void> {
    try {
      await does();
    } catch (error) {
      this.options.log(`${what}: ${(error as Error).message}`);
    }
  }
}
