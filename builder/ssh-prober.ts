import type { Socket } from "node:net";

/** How often it is decided whether to try again, in milliseconds. */
const TICK_MS = 50;

/** Pause after a connection that was refused, in milliseconds. */
const REFUSED_MS = 150;

/** How long a silent connection is kept, in milliseconds: at first, and more for each second without success. */
const SILENCE_MS = 700;
const SILENCE_MS_PER_SECOND = 100;

/** The same, once the guest was seen to refuse connections: what then hangs is a server that takes its time. */
const PATIENT_MS = 30_000;
const PATIENT_INTERVAL_MS = 5_000;

interface Attempt {
  readonly socket: Socket;
  readonly begun: number;
}

/**
 * Finds out when an SSH server behind QEMU's user network speaks, by its first line (RFC 4253, section 4.2).
 *
 * A connection made before the guest has its address hangs and stays hanging, so it has to be replaced by fresh ones.
 * But each one that does arrive makes the server start a process, which on a slow host takes seconds; more of them make
 * it slower, until it refuses them all (`MaxStartups`). So at most two are open at a time, and they are given more
 * time the longer it takes, and much more once the guest has refused one, which shows that its network is up.
 */
export class SshProber {
  private readonly attempts = new Set<Attempt>();
  private port: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private since = performance.now();
  private patient = false;
  private spoke = false;
  private nextAt = 0;

  constructor(
    private readonly connect: (port: number) => Socket,
    private readonly onServer: (socket: Socket, firstBytes: Buffer) => void,
  ) {}

  /** Sets the port to try. */
  aim(port: number): void {
    this.port = port;
    this.restart();
  }

  /** What the guest's port 22 did last: it refused a connection, a server spoke, or nothing came back at all. */
  get seen(): "refused" | "spoke" | "nothing" {
    return this.spoke ? "spoke" : this.patient ? "refused" : "nothing";
  }

  /** Forgets what was seen so far. */
  restart(): void {
    this.patient = false;
    this.spoke = false;
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
      this.spoke = true;
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
