import { EventEmitter } from "node:events";
import { createConnection, type Socket } from "node:net";
import { onLines } from "../util/lines";

/** An event that QEMU reports: https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html */
export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Reply {
  readonly id?: number;
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** A connection to QEMU's machine protocol. Emits "event" (`QmpEvent`) and, once, "close". */
export class Qmp extends EventEmitter<{ event: [QmpEvent]; close: [] }> {
  private readonly pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  private nextId = 1;

  private constructor(private readonly socket: Socket) {
    super();
    onLines(socket, (line) => this.receive(JSON.parse(line) as Reply));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      for (const { reject } of this.pending.values()) reject(new Error("QEMU closed its monitor"));
      this.pending.clear();
      this.emit("close");
    });
  }

  /** Connects to a monitor's socket and leaves its greeting mode. Rejects where nobody listens. */
  static async connect(path: string): Promise<Qmp> {
    const socket = createConnection(path);
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    const qmp = new Qmp(socket);
    await qmp.execute("qmp_capabilities");
    return qmp;
  }

  /** Runs a command and gives its `return`. */
  execute(command: string, args: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      if (this.socket.destroyed) reject(new Error("QEMU closed its monitor"));
      else this.socket.write(`${JSON.stringify({ execute: command, arguments: args, id })}\n`);
    });
  }

  /** Runs a command of the human monitor and gives what it prints: empty where all is well, mostly. */
  async human(commandLine: string): Promise<string> {
    return String(await this.execute("human-monitor-command", { "command-line": commandLine })).trim();
  }

  close(): void {
    this.socket.destroy();
  }

  private receive(reply: Reply): void {
    if (reply.event !== undefined) this.emit("event", { event: reply.event, ...(reply.data && { data: reply.data }) });
    const waiting = reply.id === undefined ? undefined : this.pending.get(reply.id);
    if (reply.id === undefined || waiting === undefined) return;
    this.pending.delete(reply.id);
    if (reply.error === undefined) waiting.resolve(reply.return);
    else waiting.reject(new Error(reply.error.desc));
  }
}
