import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { causeOf } from "./causes";
import type { Diagnosis, Source } from "./causes/cause";
import {
  diskRefused,
  isLoginPrompt,
  LOGIN_REFUSED,
  makesUser,
  nobodyAnswers,
  qemuEnded,
  rebootLoop,
  sealFailed,
  timedOut,
  userUnknown,
} from "./causes/observed";
import { LogFollower } from "./console";
import { GuestWatch } from "./guest-watch";
import { isConnected, phaseOfLine, reasonOf, startPacker, type PackerRun, type RunningPacker } from "./packer";
import type { PhaseLog } from "./phase-log";
import type { QmpEvent } from "../host/qmp";
import type { Relay } from "./relay";
import { isAfter, phaseNamed, type PhaseName } from "./phases";
import type { WorkFolder } from "./work-folder";

/** How often the phases' time-outs are checked, in milliseconds. */
const TICK_MS = 500;

/** How long Packer's plugin may take to start QEMU again after it ended, in milliseconds. */
const RESTART_MS = 3_000;

/** How long the guest goes on after a cause was seen, in milliseconds: its next lines belong to the report. */
const LAST_WORDS_MS = 500;

/** After so many seconds without a new phase, a line says that the build goes on. */
const STILL_SECONDS = 30;

/** So many resets without a login are a loop: the first one ends the installation. */
const LOOP_RESETS = 4;

/** How long the SSH server of a system with a login prompt may take to answer, in seconds. */
const PROMPT_SECONDS = 60;

/** Resets within so many milliseconds count as one: SeaBIOS answers a first one by a second. */
const SAME_RESET_MS = 400;

/** One run of Packer, watched: its output and log, the guest's console, firmware and installer, and QEMU itself. */
export class Installation {
  private readonly logs: Readonly<Record<Source, LogFollower>>;
  private readonly guest: GuestWatch;
  private readonly packerLines: string[] = [];
  /** How often each cause was seen since the guest started. */
  private readonly timesSeen = new Map<string, number>();
  private packer: RunningPacker | undefined;
  private diagnosis: Diagnosis | undefined;
  private connected = false;
  private resets = 0;
  private lastReset = -Infinity;
  private lastNews = performance.now();
  private endedTooEarly: NodeJS.Timeout | undefined;
  /** Whether the guest shut down by itself. Packer takes a QEMU that was killed for one that shut down. */
  private guestShutDown = false;

  /** Versions of the tools that took part, as far as known. */
  readonly tools: Record<string, string> = {};

  constructor(
    private readonly request: BuildRequest,
    private readonly work: WorkFolder,
    private readonly phases: PhaseLog,
    private readonly relay: Relay,
  ) {
    const follow = (file: string, source: Source): LogFollower =>
      new LogFollower(file, (line) => this.judge(source, line));
    this.logs = {
      console: follow(work.console, "console"),
      installer: follow(work.installerLog, "installer"),
      firmware: follow(work.firmwareLog, "firmware"),
      packer: follow(work.packerLog, "packer"),
    };
    this.guest = new GuestWatch(
      work.monitor,
      work.screenshot,
      {
        started: (version) => {
          clearTimeout(this.endedTooEarly);
          this.guestShutDown = false;
          if (this.tools.qemu !== undefined) this.onRestart();
          this.tools.qemu = version;
        },
        event: (event) => this.onEvent(event),
        ended: () => this.onEnded(),
      },
      request.login.kind === "none" ? undefined : (port) => relay.forwardTo(port),
    );
  }

  /** The last lines of the guest's console. */
  consoleTail(count: number): string[] {
    return this.logs.console.tail(count);
  }

  /**
   * Runs Packer to its end.
   * @returns why it failed; undefined if all went well
   * @throws the reason of `signal`, if that was aborted
   */
  async run(run: Omit<PackerRun, "cwd" | "onLine"> & { readonly signal: AbortSignal }): Promise<Diagnosis | undefined> {
    this.enter("boot");
    const packer = await startPacker({ ...run, cwd: this.work.recipe, onLine: (line) => this.onPackerLine(line) });
    this.packer = packer;
    const stop = (): void => packer.terminate();
    run.signal.addEventListener("abort", stop);
    if (run.signal.aborted) stop();
    for (const log of Object.values(this.logs)) log.start();
    this.guest.start();
    const ticks = setInterval(() => this.tick(), TICK_MS);
    const { status, signal } = await packer.ended;
    clearInterval(ticks);
    run.signal.removeEventListener("abort", stop);
    await this.guest.stop();
    clearTimeout(this.endedTooEarly);
    for (const log of Object.values(this.logs)) log.stop();
    run.signal.throwIfAborted();
    this.tools.packer = this.packerVersion();
    return this.diagnosis ?? this.diagnosePacker(status, signal) ?? (this.guestShutDown ? undefined : qemuEnded());
  }

  private diagnosePacker(status: number | null, signal: NodeJS.Signals | null): Diagnosis | undefined {
    if (signal !== null) return { cause: "packer killed", reason: `Packer was killed by ${signal}` };
    if (status === 0) return undefined;
    const reason = reasonOf(this.packerLines) || `Packer ended with ${status}`;
    const cause = causeOf("packer", reason);
    if (cause === undefined) return { cause: "unknown", reason };
    return { cause: cause.name, reason: cause.name, proof: reason, remedy: cause.remedy };
  }

  private enter(phase: PhaseName, detail?: string): void {
    if (this.diagnosis !== undefined) return;
    this.lastNews = performance.now();
    this.phases.enter(phase, detail);
  }

  private onPackerLine(line: string): void {
    this.packerLines.push(line);
    const phase = phaseOfLine(line);
    if (phase !== undefined) this.enter(phase);
    if (phase === "seal") void this.guest.takePicture();
    this.connected ||= isConnected(line);
  }

  private onEvent({ event, data }: QmpEvent): void {
    if (event === "BLOCK_IO_ERROR") this.fail(diskRefused(data?.nospace === true));
    if (event === "SHUTDOWN") this.guestShutDown = data?.guest === true;
    if (event !== "RESET" || data?.guest !== true) return;
    const again = performance.now() - this.lastReset < SAME_RESET_MS;
    this.lastReset = performance.now();
    if (!again) this.onRestart();
  }

  /** The guest starts again: it reset itself, or Packer's plugin started a second QEMU. */
  private onRestart(): void {
    this.relay.guestRestarted();
    this.timesSeen.clear();
    if (!this.connected && ++this.resets >= LOOP_RESETS) this.fail(rebootLoop(this.resets));
    if (isAfter("reboot", this.phases.current)) this.enter("reboot");
  }

  /** QEMU has ended: at the end of the build, between two of its starts, or too early. */
  private onEnded(): void {
    const atEnd = isAfter(this.phases.current, "provision") || this.request.login.kind === "none";
    if (atEnd && this.guestShutDown) return this.enter("convert");
    this.endedTooEarly = setTimeout(() => this.fail(qemuEnded()), RESTART_MS);
  }

  /** After the login, Packer prints what the user's scripts print, which proves nothing. */
  private judge(source: Source, line: string): void {
    if (source === "packer" && this.connected) return this.judgeSealing(line);
    const cause = causeOf(source, line);
    if (cause === undefined) return;
    const times = (this.timesSeen.get(cause.name) ?? 0) + 1;
    this.timesSeen.set(cause.name, times);
    if (times >= (cause.times ?? 1)) {
      const { name, remedy } = cause.name === LOGIN_REFUSED && this.lacksUser() ? userUnknown : cause;
      this.fail({ cause: name, reason: name, proof: withoutPrefix(line), remedy });
    }
  }

  /** Packer takes a failed sealing script for one that shuts the guest down, and would wait for the shutdown. */
  private judgeSealing(line: string): void {
    const code = /\[ERROR\] Remote command exited with '([1-9]\d*)': .*os-images-seal\.sh/.exec(line)?.[1];
    if (code === undefined || this.phases.current !== "seal") return;
    const steps = this.packerLines.map((other) => /: os-images: seal: (\S+)/.exec(other)?.[1]);
    this.fail({
      ...sealFailed(
        code,
        steps.findLast((step) => step !== undefined),
      ),
      proof: withoutPrefix(line),
    });
  }

  private lacksUser(): boolean {
    const { login, kickstart } = this.request;
    return login.kind !== "none" && !makesUser(readFileSync(join(this.work.recipe, kickstart), "utf8"), login.username);
  }

  private fail(diagnosis: Diagnosis): void {
    if (this.diagnosis !== undefined) return;
    this.diagnosis = diagnosis;
    this.phases.log(diagnosis.reason);
    setTimeout(() => void this.guest.takePicture().then(() => this.packer?.terminate()), LAST_WORDS_MS);
  }

  private tick(): void {
    const { current, secondsInPhase } = this.phases;
    const limit = phaseNamed(current).timeoutSeconds?.(this.request);
    const [last = ""] = this.logs.console.tail(1);
    if (limit !== undefined && secondsInPhase > limit)
      this.fail(timedOut(current, limit, this.relay.lastAnswer(), last));
    const silent = Math.round((performance.now() - this.logs.console.lastActivity) / 1000);
    if (current === "reboot" && isLoginPrompt(last) && silent >= PROMPT_SECONDS) {
      this.fail(nobodyAnswers(silent, this.relay.lastAnswer()));
    }
    if (performance.now() - this.lastNews <= STILL_SECONDS * 1000) return;
    this.lastNews = performance.now();
    const silence =
      silent > STILL_SECONDS ? `no console output for ${silent} s; it last said: ` : "goes on; the console says: ";
    this.phases.log(last === "" ? "goes on; nothing on the console yet" : `${silence}${last.slice(0, 120)}`);
  }

  /** The log begins with "Packer version: 1.15.0 [go1.24.1 linux amd64]". */
  private packerVersion(): string {
    const log = readFileSync(this.work.packerLog, { encoding: "utf8" }).slice(0, 4096);
    return /Packer version: (\S+)/.exec(log)?.[1] ?? "unknown";
  }
}

/** A line of Packer's log without the times and the plugin's name, which every line has. */
function withoutPrefix(line: string): string {
  return line.replace(
    /^(?:(?:\S+ plugin: )?\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )+(?:\S+ plugin: \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?/,
    "",
  );
}
