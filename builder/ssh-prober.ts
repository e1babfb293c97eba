import type { Socket } from "node:net";

/** Interval between two checks of the attempts, in milliseconds. */
const TICK_MS = 50;

/** Pause after a connection that was refused, in milliseconds. */
const REFUSED_MS = 150;

/** How long a silent connection is kept, in milliseconds: at first, and more for each second without success. */
const SILENCE_MS = 700;
const SILENCE_MS_PER_SECOND = 100;

/** The same after the guest has refused a connection: its network is up, so what then hangs is a slow server. */
const PATIENT_MS = 30_000;
const PATIENT_INTERVAL_MS = 5_000;

/** The last answer of a guest's port 22: it refused a connection, a server sent its banner, or nothing came back. */
export type PortAnswer = "refused" | "banner" | "nothing";

interface Attempt {
  readonly socket: Socket;
  readonly begun: number;
}

/**
 * Finds out when an SSH server behind QEMU's user network answers, by its first line (RFC 4253, section 4.2).
 *
 * A connection made before the guest has its address hangs for ever, so fresh ones replace it. But for each one that
 * arrives the server starts a process, which takes seconds on a slow host, and it refuses them all if there are too many
 * (`MaxStartups`). So at most two are open at a time. Each gets more time the longer it takes, and much more after the
 * guest has refused one, which shows that its network is up.
 */
export class SshProber {
  private readonly attempts = new Set<Attempt>();
  private port: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private since = performance.now();
  private patient = false;
  private sentBanner = false;
  private nextAt = 0;

  constructor(
    private readonly connect: (port: number) => Socket,
    private readonly onServer: (socket: Socket, firstBytes: Buffer) => void,
  ) {}

  /** Sets the port to try. */
  setPort(port: number): void {
    this.port = port;
    this.restart();
  }

  get lastAnswer(): PortAnswer {
    return this.sentBanner ? "banner" : this.patient ? "refused" : "nothing";
  }

  /** Forgets the answers so far. */
  restart(): void {
    this.patient = false;
    this.sentBanner = false;
    this.since = performance.now();
    this.nextAt = 0;
    this.dropAll();
  }

  start(): void {
    this.timer ??= setInterval(() => this.tick(), TICK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.dropAll();
  }

  private tick(): void {
    const now = performance.now();
    const silence = this.patient ? PATIENT_MS : SILENCE_MS + ((now - this.since) / 1000) * SILENCE_MS_PER_SECOND;
    for (const attempt of this.attempts) if (now - attempt.begun > silence) this.drop(attempt);
    if (this.port === undefined || this.attempts.size >= 2 || now < this.nextAt) return;
    this.nextAt = now + (this.patient ? PATIENT_INTERVAL_MS : silence / 2);
    this.attempt(this.port);
  }

  private attempt(port: number): void {
    const attempt = { socket: this.connect(port), begun: performance.now() };
    this.attempts.add(attempt);
    attempt.socket.once("close", () => {
      if (!this.attempts.delete(attempt)) return;
      this.patient = true;
      this.nextAt = performance.now() + REFUSED_MS;
    });
    attempt.socket.once("data", (bytes) => {
      if (!bytes.toString("latin1").startsWith("SSH-")) return void attempt.socket.destroy();
      this.attempts.delete(attempt);
      attempt.socket.pause();
      this.sentBanner = true;
      this.dropAll();
      this.onServer(attempt.socket, bytes);
    });
  }

  private dropAll(): void {
    for (const attempt of this.attempts) this.drop(attempt);
  }

  private drop(attempt: Attempt): void {
    this.attempts.delete(attempt);
    attempt.socket.destroy();
  }
}
