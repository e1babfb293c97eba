import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import type { Qmp, QmpEvent } from "../host/qmp";

const run = promisify(execFile);

/** Names that QEMU knows our part of a copy by: the job, the target's node, and the bitmap of what was written since. */
const JOB = "os-images-copy";
const TARGET = "os-images-copy-target";
const BITMAP = "os-images-since-copy";

/** The disk that is copied, by what QEMU calls it, and its size. */
interface Source {
  readonly node: string;
  readonly bytes: number;
}

const blockSchema = z.array(
  z.object({
    inserted: z
      .object({
        file: z.string(),
        "node-name": z.string(),
        image: z.object({ "virtual-size": z.number() }),
      })
      .optional(),
  }),
);

const statsSchema = z.array(
  z.object({ "node-name": z.string().optional(), stats: z.object({ wr_operations: z.number() }) }),
);

/**
 * Copies the disk of a running QEMU as it is at one moment, while its guest goes on: QEMU saves what the guest overwrites
 * first (https://www.qemu.org/docs/master/interop/live-block-operations.html, `blockdev-backup`). A second copy has only
 * what was written since the one before, and lies on that. A copy that fails leaves the guest and its disk alone.
 */
export class DiskCopier {
  private source: Source | undefined;
  private qmp: Qmp | undefined;
  /** Whether QEMU keeps account of what was written since the last copy. */
  private counts = false;

  constructor(
    private readonly qemuImg: string,
    /** File name of the disk. */
    private readonly disk: string,
  ) {}

  /** Takes another QEMU. */
  async attach(qmp: Qmp): Promise<void> {
    this.qmp = qmp;
    this.counts = false;
    const { data = [] } = blockSchema.safeParse(await qmp.execute("query-block"));
    const found = data.find(({ inserted }) => inserted?.file.endsWith(`/${this.disk}`))?.inserted;
    this.source = found && { node: found["node-name"], bytes: found.image["virtual-size"] };
  }

  /**
   * The disk that the machine was started with is the last copy: from here on, copies have only what is written, unless the
   * guest has written already.
   */
  async countFromStart(): Promise<void> {
    const { qmp, source } = this;
    if (qmp === undefined || source === undefined) return;
    await qmp.execute("block-dirty-bitmap-add", { node: source.node, name: BITMAP });
    this.counts = true;
    if (!(await this.hasNotWritten(qmp, source.node))) await this.stopCounting(qmp, source.node);
  }

  private async stopCounting(qmp: Qmp, node: string): Promise<void> {
    if (this.counts) await qmp.execute("block-dirty-bitmap-remove", { node, name: BITMAP });
    this.counts = false;
  }

  private async hasNotWritten(qmp: Qmp, node: string): Promise<boolean> {
    const { data = [] } = statsSchema.safeParse(await qmp.execute("query-blockstats"));
    return data.find((one) => one["node-name"] === node)?.stats.wr_operations === 0;
  }

  /** Whether the next copy has only what was written since the last one. */
  get isCounting(): boolean {
    return this.counts;
  }

  /**
   * Begins a copy into a new qcow2 file: when this resolves, the moment is taken, the guest may go on, and what it writes
   * counts. `base` is the file that the copy lies on, relative to it, if this counts already; `ended` settles when the copy
   * is whole.
   * @throws an error if QEMU cannot do it
   */
  async begin(target: string, base?: string): Promise<{ readonly ended: Promise<void> }> {
    const { qmp, source } = this;
    if (qmp === undefined || source === undefined)
      throw new Error("QEMU does not tell which of its disks is the build's");
    const backing = base === undefined ? [] : ["-b", base, "-F", "qcow2"];
    await run(this.qemuImg, ["create", "-q", "-f", "qcow2", ...backing, target, String(source.bytes)]);
    await qmp.execute("blockdev-add", {
      driver: "qcow2",
      "node-name": TARGET,
      file: { driver: "file", filename: target },
      // Nothing waits for the host's disk: who takes the copy one day checks its digest.
      cache: { "no-flush": true },
    });
    const ended = jobEnd(qmp).finally(() =>
      qmp.execute("blockdev-del", { "node-name": TARGET }).catch(() => undefined),
    );
    try {
      const job = { "job-id": JOB, device: source.node, target: TARGET };
      if (base === undefined) await this.beginWhole(qmp, source.node, job);
      else
        await qmp.execute("blockdev-backup", { ...job, sync: "bitmap", bitmap: BITMAP, "bitmap-mode": "on-success" });
    } catch (error) {
      ended.catch(() => undefined);
      await qmp.execute("blockdev-del", { "node-name": TARGET });
      throw error;
    }
    return { ended };
  }

  /** Both at one moment: the copy, and to count what is written after it. */
  private async beginWhole(qmp: Qmp, node: string, job: Readonly<Record<string, string>>): Promise<void> {
    await this.stopCounting(qmp, node);
    await qmp.execute("transaction", {
      actions: [
        { type: "block-dirty-bitmap-add", data: { node, name: BITMAP } },
        { type: "blockdev-backup", data: { ...job, sync: "full" } },
      ],
    });
    this.counts = true;
  }
}

/** Resolves when QEMU reports the end of the copy. */
function jobEnd(qmp: Qmp): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEvent = ({ event, data }: QmpEvent): void => {
      if (!["BLOCK_JOB_COMPLETED", "BLOCK_JOB_CANCELLED"].includes(event) || data?.["device"] !== JOB) return;
      settle();
      const error = event === "BLOCK_JOB_CANCELLED" ? "cancelled" : data["error"];
      if (error === undefined) resolve();
      else reject(new Error(`the copy of the disk failed: ${JSON.stringify(error)}`));
    };
    const onClose = (): void => {
      settle();
      reject(new Error("QEMU ended during the copy of the disk"));
    };
    const settle = (): void => {
      qmp.off("event", onEvent);
      qmp.off("close", onClose);
    };
    qmp.on("event", onEvent);
    qmp.once("close", onClose);
  });
}
