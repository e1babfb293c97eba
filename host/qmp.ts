import { EventEmitter } from "node:events";
import { randomBytes } from "node:crypto";
import { rmSync, symlinkSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { onLines } from "../util/lines";

/** A longer line is no message of QEMU's, in characters. */
const LINE_LIMIT = 1024 * 1024;

/** Length that a socket's path may have on every system (`sun_path` of macOS, with its final zero). */
const SOCKET_PATH_LIMIT = 103;

/** A short link to a folder. */
function linkTo(folder: string): string {
  const link = join(tmpdir(), `os-images-${randomBytes(6).toString("hex")}`);
  symlinkSync(folder, link);
  return link;
}

/** An event that QEMU reports: https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html */
export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A message of QEMU's: the answer to a command, or an event. */
interface Message {
  readonly id?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly desc?: unknown } | null;
  readonly event?: unknown;
  readonly data?: unknown;
}

/** QEMU has ended, or has closed its monitor. */
export class MonitorClosed extends Error {
  constructor() {
    super("QEMU closed its monitor");
  }
}

/** A connection to QEMU's machine protocol. Emits "event" (`QmpEvent`) and, once, "close". */
export class Qmp extends EventEmitter<{ event: [QmpEvent]; close: [] }> {
  private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private nextId = 1;

  private constructor(private readonly socket: Socket) {
    super();
    void onLines(socket, (line) => this.receive(line), LINE_LIMIT);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const { reject } of this.pending.values()) reject(new MonitorClosed());
      this.pending.clear();
      this.emit("close");
    });
  }

  /**
   * Connects to a monitor's socket and leaves its greeting mode. The socket's path may be of any length.
   * @throws an error if nobody listens, or if `signal` is aborted before the monitor answers
   */
  static async connect(path: string, signal?: AbortSignal): Promise<Qmp> {
    const link = Buffer.byteLength(path) > SOCKET_PATH_LIMIT ? linkTo(dirname(path)) : undefined;
    const socket = createConnection(link === undefined ? path : join(link, basename(path)));
    const stop = (): void => void socket.destroy();
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("connect", resolve);
        socket.once("error", reject);
        socket.once("close", () => reject(new MonitorClosed()));
      });
      const qmp = new Qmp(socket);
      await qmp.execute("qmp_capabilities");
      return qmp;
    } finally {
      signal?.removeEventListener("abort", stop);
      if (link !== undefined) rmSync(link);
    }
  }

  /**
   * Runs a command and gives its `return`.
   * @throws MonitorClosed, or an error with QEMU's message
   */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new MonitorClosed());
      this.pending.set(id, { resolve, reject });
      this.socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /** Runs a command of the human monitor and gives what it prints: mostly nothing, if all is well. */
  async human(commandLine: string): Promise<string> {
    return String(await this.execute("human-monitor-command", { "command-line": commandLine })).trim();
  }

  close(): void {
    this.socket.destroy();
  }

  /** A line that is no message is left alone. */
  private receive(line: string): void {
    const message = messageOf(line);
    if (message === undefined) return;
    const { id, event, data, error } = message;
    if (typeof event === "string") {
      this.emit("event", { event, ...(isObject(data) && { data: data as Record<string, unknown> }) });
    }
    const waiting = typeof id === "number" ? this.pending.get(id) : undefined;
    if (typeof id !== "number" || waiting === undefined) return;
    this.pending.delete(id);
    if (!isObject(error)) waiting.resolve(message.return);
    else waiting.reject(new Error(String((error as Message["error"])?.desc)));
  }
}

function messageOf(line: string): Message | undefined {
  try {
    const value: unknown = line.startsWith("{") ? JSON.parse(line) : undefined;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
