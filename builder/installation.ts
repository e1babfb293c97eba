import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { causeOf } from "./causes";
import type { Source } from "./causes/cause";
import { loginRefused, makesUser, userUnknown } from "./causes/login-refused";
import {
  diskRefused,
  isLoginPrompt,
  nobodyAnswers,
  qemuEnded,
  rebootLoop,
  sealFailed,
  timedOut,
} from "./causes/observed";
import { LogFollower } from "./console";
import type { Verdict } from "./failure";
import { GuestWatch } from "./guest-watch";
import { startPacker, type PackerRun, type RunningPacker } from "./packer";
import { isConnected, reasonOf, stateOfLine } from "./packer-lines";
import type { Phases } from "./phases";
import type { QmpEvent } from "../host/qmp";
import type { Relay } from "./relay";
import { isAfter, stateNamed, type StateName } from "./states";
import type { WorkFolder } from "./work-folder";

/** How often the states' time-outs are looked at, in milliseconds. */
const TICK_MS = 500;

/** How long it may take until a QEMU that ended is started again, in milliseconds. */
const RESTART_MS = 3_000;

/** How long the guest may go on after a cause was seen, in milliseconds: what it says next belongs to the report. */
const LAST_WORDS_MS = 500;

/** After how many seconds without news a line says that the build goes on. */
const STILL_SECONDS = 30;

/** From this many resets without a login on, the guest is in a loop: the first one ends the installation. */
const LOOP_RESETS = 4;

/** How long a system that shows its login prompt may take until its SSH server answers, in seconds. */
const PROMPT_SECONDS = 60;

/** Resets closer together than this are one, in milliseconds: SeaBIOS answers a first one by a second. */
const SAME_RESET_MS = 400;

/** One run of Packer, watched: its output and log, the guest's console, firmware and installer, and QEMU itself. */
export class Installation {
  private readonly logs: Readonly<Record<Source, LogFollower>>;
  private readonly guest: GuestWatch;
  private readonly packerLines: string[] = [];
  private readonly seen = new Map<string, number>();
  private packer: RunningPacker | undefined;
  private verdict: Verdict | undefined;
  private connected = false;
  private resets = 0;
  private lastReset = -Infinity;
  private lastNews = performance.now();
  private endedTooEarly: NodeJS.Timeout | undefined;
  /** Whether QEMU's end was the guest's own doing; where it was killed, Packer takes that for a shutdown. */
  private guestShutDown = false;

  /** Versions of the tools that took part, as far as they told. */
  readonly tools: Record<string, string> = {};

  constructor(
    private readonly request: BuildRequest,
    private readonly work: WorkFolder,
    private readonly phases: Phases,
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

  /** Runs Packer to its end. Gives nothing where all went well, else the reason. Throws where it was interrupted. */
  async run(run: Omit<PackerRun, "cwd" | "onLine"> & { readonly signal: AbortSignal }): Promise<Verdict | undefined> {
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
    return this.verdict ?? this.verdictOnPacker(status, signal) ?? (this.guestShutDown ? undefined : qemuEnded());
  }

  private verdictOnPacker(status: number | null, signal: NodeJS.Signals | null): Verdict | undefined {
    if (signal !== null) return { cause: "packer killed", reason: `Packer was killed by ${signal}` };
    if (status === 0) return undefined;
    const reason = reasonOf(this.packerLines) || `Packer ended with ${status}`;
    const cause = causeOf("packer", reason);
    if (cause === undefined) return { cause: "unknown", reason };
    return { cause: cause.name, reason: cause.name, proof: reason, remedy: cause.remedy };
  }

  private enter(state: StateName, detail?: string): void {
    if (this.verdict !== undefined) return;
    this.lastNews = performance.now();
    this.phases.enter(state, detail);
  }

  private onPackerLine(line: string): void {
    this.packerLines.push(line);
    const state = stateOfLine(line);
    if (state !== undefined) this.enter(state);
    if (state === "seal") void this.guest.takePicture();
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

  /** The guest starts once more: it reset itself, or a second QEMU took the first one's place. */
  private onRestart(): void {
    this.relay.guestRestarted();
    this.seen.clear();
    if (!this.connected && ++this.resets >= LOOP_RESETS) this.fail(rebootLoop(this.resets));
    if (isAfter("reboot", this.phases.current)) this.enter("reboot");
  }

  /** QEMU is gone: at the end of the build, between two of its starts, or before its time. */
  private onEnded(): void {
    const atEnd = isAfter(this.phases.current, "provision") || this.request.login.kind === "none";
    if (atEnd && this.guestShutDown) return this.enter("convert");
    this.endedTooEarly = setTimeout(() => this.fail(qemuEnded()), RESTART_MS);
  }

  /** Once somebody is logged in, what Packer prints is what the user's scripts print, and proves nothing. */
  private judge(source: Source, line: string): void {
    if (source === "packer" && this.connected) return this.judgeSealing(line);
    const cause = causeOf(source, line);
    if (cause === undefined) return;
    const times = (this.seen.get(cause.name) ?? 0) + 1;
    this.seen.set(cause.name, times);
    if (times >= (cause.times ?? 1)) {
      const { name, remedy } = cause === loginRefused && this.lacksUser() ? userUnknown : cause;
      this.fail({ cause: name, reason: name, proof: withoutPrefix(line), remedy });
    }
  }

  /** Packer takes a sealing script that failed for one that shuts the guest down, and waits for that. */
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

  private fail(verdict: Verdict): void {
    if (this.verdict !== undefined) return;
    this.verdict = verdict;
    this.phases.say(verdict.reason);
    setTimeout(() => void this.guest.takePicture().then(() => this.packer?.terminate()), LAST_WORDS_MS);
  }

  private tick(): void {
    const { current, secondsInState } = this.phases;
    const limit = stateNamed(current).timeoutSeconds?.(this.request);
    const [last = ""] = this.logs.console.tail(1);
    if (limit !== undefined && secondsInState > limit) this.fail(timedOut(current, limit, this.relay.seen(), last));
    const silent = Math.round((performance.now() - this.logs.console.lastActivity) / 1000);
    if (current === "reboot" && isLoginPrompt(last) && silent >= PROMPT_SECONDS) {
      this.fail(nobodyAnswers(silent, this.relay.seen()));
    }
    if (performance.now() - this.lastNews <= STILL_SECONDS * 1000) return;
    this.lastNews = performance.now();
    const silence =
      silent > STILL_SECONDS ? `no console output for ${silent} s; it last said: ` : "goes on; the console says: ";
    this.phases.say(last === "" ? "goes on; nothing on the console yet" : `${silence}${last.slice(0, 120)}`);
  }

  /** The log begins with "Packer version: 1.15.0 [go1.24.1 linux amd64]". */
  private packerVersion(): string {
    const log = readFileSync(this.work.packerLog, { encoding: "utf8" }).slice(0, 4096);
    return /Packer version: (\S+)/.exec(log)?.[1] ?? "unknown";
  }
}

/** A line of Packer's log without times and the plugin's name, which are in every one. */
function withoutPrefix(line: string): string {
  return line.replace(
    /^(?:(?:\S+ plugin: )?\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )+(?:\S+ plugin: \d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d )?/,
    "",
  );
}
