import { existsSync, renameSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { freePort } from "../host/free-port";
import { MonitorClosed, Qmp, type QmpEvent } from "../host/qmp";
import { NETWORK_BACKEND } from "./devices";

/** Interval between two attempts to connect to the monitor, in milliseconds. */
const CONNECT_MS = 100;

/** Time between two pictures of the screen, in milliseconds. */
const PICTURE_MS = 5_000;

/** Called back with what QEMU reports of a guest. */
export interface GuestListener {
  /** QEMU has just been started. Waited for before all else. */
  attached?(qmp: Qmp): Promise<void>;
  /** QEMU runs, and its monitor answers. */
  started(qemuVersion: string): void;
  event(event: QmpEvent): void;
  /** QEMU has ended. */
  ended(): void;
  /** The monitor does not do what it must. */
  failed(reason: string): void;
}

const versionSchema = z.object({ qemu: z.object({ major: z.number(), minor: z.number(), micro: z.number() }) });

/**
 * Watches a QEMU through a monitor of its own: events, pictures of the screen, and the forward to the guest's SSH
 * server, which listens on the loopback interface alone. If QEMU is started a second time, it connects again.
 */
export class GuestWatch {
  private qmp: Qmp | undefined;
  private readonly stopping = new AbortController();
  private done: Promise<void> = Promise.resolve();

  constructor(
    private readonly monitor: string,
    private readonly screenshot: string,
    private readonly listener: GuestListener,
    /** Called with the loopback port that leads to the guest's SSH server; absent if nobody logs in. */
    private readonly forwarded?: (port: number) => void,
  ) {}

  start(): void {
    this.done = this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.qmp?.close();
    await this.done;
  }

  /** Takes a picture of the screen, if QEMU runs. */
  async takePicture(): Promise<void> {
    const fresh = `${this.screenshot}.new`;
    const taken = await this.qmp?.execute("screendump", { filename: fresh }).catch(() => undefined);
    if (taken !== undefined && existsSync(fresh)) renameSync(fresh, this.screenshot);
  }

  private async watch(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const qmp = await connect(this.monitor, this.stopping.signal);
      if (qmp === undefined) await sleep(CONNECT_MS);
      else await this.follow(qmp);
    }
  }

  private async follow(qmp: Qmp): Promise<void> {
    this.qmp = qmp;
    const closed = new Promise<void>((resolve) => qmp.once("close", resolve));
    qmp.on("event", (event) => this.listener.event(event));
    const pictures = setInterval(() => void this.takePicture(), PICTURE_MS);
    try {
      await this.listener.attached?.(qmp);
      this.listener.started(await versionOf(qmp));
      if (this.forwarded !== undefined) this.forwarded(await forwardSsh(qmp));
    } catch (error) {
      if (!(error instanceof MonitorClosed)) this.listener.failed((error as Error).message);
      qmp.close();
    }
    await closed;
    clearInterval(pictures);
    this.qmp = undefined;
    this.listener.ended();
  }
}

async function forwardSsh(qmp: Qmp): Promise<number> {
  for (let tries = 0; ; tries++) {
    const port = await freePort();
    const complaint = await qmp.human(`hostfwd_add ${NETWORK_BACKEND} tcp:127.0.0.1:${port}-:22`);
    if (complaint === "") return port;
    if (tries === 5) throw new Error(`QEMU does not forward a port to the guest: ${complaint}`);
  }
}

async function versionOf(qmp: Qmp): Promise<string> {
  const { data } = versionSchema.safeParse(await qmp.execute("query-version"));
  if (data === undefined) throw new Error("QEMU's monitor does not give its version");
  return `${data.qemu.major}.${data.qemu.minor}.${data.qemu.micro}`;
}

/** Connects to a monitor; undefined if nobody listens yet. */
async function connect(monitor: string, signal: AbortSignal): Promise<Qmp | undefined> {
  return await Qmp.connect(monitor, signal).catch(() => undefined);
}
