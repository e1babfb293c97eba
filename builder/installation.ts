import { readFileSync } from "node:fs";
import { join } from "node:path";
import { failedTasks } from "../host/ansible";
import type { QmpEvent } from "../host/qmp";
import type { BuildRequest } from "../recipe/request";
import type { TimeLimits } from "../recipe/time-limits";
import { causeOf } from "./causes";
import type { Checkpointer } from "./checkpointer";
import type { Diagnosis, Source } from "./causes/cause";
import {
  baseLogin,
  diskRefused,
  isLoginPrompt,
  LOGIN_REFUSED,
  makesUser,
  nobodyAnswers,
  promptSeverity,
  qemuEnded,
  rebootLoop,
  scriptFailed,
  sealFailed,
  taskFailed,
  timedOut,
  userUnknown,
} from "./causes/observed";
import { GuestLogs } from "./guest-logs";
import { GuestWatch } from "./guest-watch";
import { InstallProgress } from "./install-progress";
import { PackerOutput } from "./packer";
import type { PhaseLog } from "./phase-log";
import { isAfter, phaseNamed, type PhaseName } from "./phases";
import { startGroup, type GroupRun, type RunningGroup } from "./process-group";
import type { Relay } from "./relay";
import { Suspects } from "./suspects";
import type { WorkFolder } from "./work-folder";

/** How often the console's screen and the time limits are checked, in milliseconds. */
const TICK_MS = 500;

/** How long Packer's plugin may take to start QEMU again after it ended, in milliseconds. */
const RESTART_MS = 3_000;

/** After so many seconds without a line of output, one says that the build goes on. */
const STILL_SECONDS = 30;

/** So many resets without a login are a loop: the first one ends the installation. */
const LOOP_RESETS = 4;

/** Resets within so many milliseconds count as one: SeaBIOS answers a first one by a second. */
const SAME_RESET_MS = 400;

/** One run of Packer, watched: its output and log, the guest's console, firmware and installer, and QEMU itself. */
export class Installation {
  private readonly logs: GuestLogs;
  private readonly guest: GuestWatch;
  private readonly suspects = new Suspects();
  private readonly progress = new InstallProgress((line) => this.log("", line));
  private readonly output = new PackerOutput();
  private packer: RunningGroup | undefined;
  private diagnosis: Diagnosis | undefined;
  private warnedOfPrompt = false;
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
    private readonly limits: TimeLimits,
    private readonly work: WorkFolder,
    private readonly phases: PhaseLog,
    private readonly relay: Relay,
    /** Absent if no checkpoints are kept. */
    private readonly checkpointer?: Checkpointer,
    /** Whether the machine starts from an installed disk. */
    private readonly isResumed = false,
  ) {
    this.logs = new GuestLogs(work, (source, line) => this.judge(source, line));
    this.guest = new GuestWatch(
      work.monitor,
      work.screenshot,
      {
        attached: async (qmp) => checkpointer?.attached(qmp),
        started: (version) => {
          clearTimeout(this.endedTooEarly);
          this.guestShutDown = false;
          if (this.tools.qemu !== undefined || isResumed) this.onRestart();
          this.tools.qemu = version;
        },
        event: (event) => this.onEvent(event),
        ended: () => this.onEnded(),
        failed: (reason) => this.fail({ cause: "monitor failed", reason }),
      },
      request.login.kind === "none" ? undefined : (port) => relay.forwardTo(port),
    );
  }

  /** Whether somebody has logged in to the installed system. */
  get hasLoggedIn(): boolean {
    return this.output.connected;
  }

  /** The lines of the guest's console that a person could scroll back to. */
  consoleLines(): string[] {
    return this.logs.tail(Infinity);
  }

  /**
   * Runs Packer to its end.
   * @returns why it failed; undefined if all went well
   * @throws the reason of `signal`, if that was aborted
   */
  async run(
    run: Omit<GroupRun, "cwd" | "groupFile" | "onLine"> & { readonly signal: AbortSignal },
  ): Promise<Diagnosis | undefined> {
    this.enter("boot");
    const { recipe: cwd, group: groupFile } = this.work;
    const packer = await startGroup({ ...run, cwd, groupFile, onLine: (line) => this.onPackerLine(line) });
    this.packer = packer;
    const stop = (): void => packer.terminate();
    run.signal.addEventListener("abort", stop);
    if (run.signal.aborted) stop();
    this.logs.start();
    this.guest.start();
    const ticks = setInterval(() => this.tick(), TICK_MS);
    const { status, signal } = await packer.ended;
    clearInterval(ticks);
    run.signal.removeEventListener("abort", stop);
    await this.checkpointer?.end();
    await this.guest.stop();
    clearTimeout(this.endedTooEarly);
    await this.logs.stop();
    run.signal.throwIfAborted();
    this.tools.packer = this.packerVersion();
    return (
      this.diagnosis ??
      this.proven() ??
      this.diagnosePacker(status, signal) ??
      (this.guestShutDown ? undefined : qemuEnded())
    );
  }

  private diagnosePacker(status: number | null, signal: NodeJS.Signals | null): Diagnosis | undefined {
    if (signal !== null) return { cause: "packer killed", reason: `Packer was killed by ${signal}` };
    if (status === 0) return undefined;
    const [task] = failedTasks(this.work.ansibleEvents).tasks;
    if (task !== undefined) return taskFailed(task);
    const reason = this.output.reason || `Packer ended with ${status}`;
    const script =
      this.output.script === undefined ? undefined : scriptFailed(this.output.script, reason, this.output.refusal);
    if (script !== undefined) return script;
    const cause = causeOf("packer", reason);
    if (cause === undefined) return { cause: "unknown", reason };
    return { cause: cause.name, reason: cause.name, proof: reason, remedy: cause.remedy };
  }

  private enter(phase: PhaseName): void {
    if (this.diagnosis !== undefined) return;
    this.lastNews = performance.now();
    this.phases.enter(phase);
  }

  private log(detail: string, quoted?: string): void {
    if (this.diagnosis !== undefined) return;
    this.lastNews = performance.now();
    this.phases.log(detail, quoted);
  }

  private onPackerLine(line: string): void {
    const before = this.output.connected;
    const phase = this.output.line(line);
    if (this.output.connected && !before) this.checkpointer?.loggedIn();
    // Nothing is installed from a disk that is installed already.
    if (phase !== undefined && !(phase === "install" && this.isResumed)) this.enter(phase);
    if (phase === "seal") void this.guest.takePicture();
    const task = /: TASK \[(.*)\]/.exec(line)?.[1];
    if (task !== undefined && this.phases.current === "provision") this.log("task ", task);
    if (this.output.connected) this.suspects.stage = "login";
  }

  private onEvent(reported: QmpEvent): void {
    if (this.checkpointer?.hasStopped(reported)) return void this.onStop(reported);
    const { event, data } = reported;
    if (event === "BLOCK_IO_ERROR") this.fail(diskRefused(data?.nospace === true));
    // The builder quits a machine that has stopped already.
    if (event === "SHUTDOWN" && data?.reason !== "host-qmp-quit") this.guestShutDown = data?.guest === true;
    if (event !== "RESET" || data?.guest !== true) return;
    const again = performance.now() - this.lastReset < SAME_RESET_MS;
    this.lastReset = performance.now();
    if (!again) this.onRestart();
  }

  /** The machine has stopped where the guest reset itself or powered off. */
  private async onStop(reported: QmpEvent): Promise<void> {
    const again = await this.checkpointer?.stopped(reported);
    this.lastReset = performance.now();
    if (again) this.onRestart();
  }

  /** The guest starts again: it reset itself, or Packer's plugin started a second QEMU. */
  private onRestart(): void {
    this.relay.guestRestarted();
    void this.logs.guestRestarted().then(() => this.suspects.guestRestarted());
    if (!this.output.connected && ++this.resets >= LOOP_RESETS) this.fail(this.proven() ?? rebootLoop(this.resets));
    if (isAfter("reboot", this.phases.current)) this.enter("reboot");
  }

  /** QEMU has ended: at the end of the build, between two of its starts, or too early. */
  private onEnded(): void {
    const atEnd = isAfter(this.phases.current, "provision") || this.request.login.kind === "none";
    if (atEnd && this.guestShutDown) return this.enter("convert");
    this.endedTooEarly = setTimeout(() => this.fail(this.proven() ?? qemuEnded()), RESTART_MS);
  }

  private judge(source: Source, line: string): void {
    // After the login, Packer prints what the user's scripts print, which proves nothing.
    if (source === "packer" && this.output.connected) return this.judgeSealing(line);
    this.suspects.line(source, source === "packer" ? withoutPrefix(line) : line);
    if (source === "console" && this.suspects.stage === "installer") this.progress.line(line);
  }

  /** Packer takes a failed sealing script for one that shuts the guest down, and would wait for the shutdown. */
  private judgeSealing(line: string): void {
    const code = /\[ERROR\] Remote command exited with '([1-9]\d*)': .*os-images-seal\.sh/.exec(line)?.[1];
    if (code === undefined || this.phases.current !== "seal") return;
    this.fail({ ...sealFailed(code, this.output.sealStep), proof: withoutPrefix(line) });
  }

  /** The diagnosis that the guest's lines have proved, although others might still say more. */
  private proven(): Diagnosis | undefined {
    return this.suspects.proven(this.consoleLines());
  }

  private fail(diagnosis: Diagnosis): void {
    if (this.diagnosis !== undefined) return;
    this.diagnosis = diagnosis.cause === LOGIN_REFUSED ? this.refused(diagnosis) : diagnosis;
    this.phases.log("", this.diagnosis.reason);
    void this.guest.takePicture().then(() => this.packer?.terminate());
  }

  /** Why a login was refused, by what made it. */
  private refused(diagnosis: Diagnosis): Diagnosis {
    const { login, medium } = this.request;
    if (medium.kind === "image") return { ...diagnosis, remedy: baseLogin(login.kind) };
    if (login.kind === "none") return diagnosis;
    const kickstart = readFileSync(join(this.work.recipe, medium.kickstart), "utf8");
    const { name, remedy } = userUnknown;
    return makesUser(kickstart, login.username) ? diagnosis : { ...diagnosis, cause: name, reason: name, remedy };
  }

  private tick(): void {
    this.suspects.screen(this.logs.screenLines(), this.logs.prompt);
    const found = this.suspects.diagnosis(this.consoleLines());
    if (found !== undefined) this.fail(found);
    this.checkLimits();
    this.logStillGoing();
  }

  private checkLimits(): void {
    const { current, secondsInPhase } = this.phases;
    const limit = phaseNamed(current).timeoutSeconds?.(this.limits);
    if (limit === undefined) return;
    const port = this.relay.lastAnswer();
    if (secondsInPhase > limit) {
      this.fail(this.suspects.narrowest(this.consoleLines()) ?? timedOut(current, limit, port, this.logs.prompt));
    }
    if (current !== "reboot" || !isLoginPrompt(this.logs.prompt)) return;
    const seconds = Math.round(this.logs.silentSeconds);
    const severity = promptSeverity(seconds, limit);
    const diagnosis = nobodyAnswers(seconds, port);
    if (severity === "warning" && !this.warnedOfPrompt) this.log(`warning: ${diagnosis.reason}; the build goes on`);
    this.warnedOfPrompt ||= severity === "warning";
    if (severity === "error") this.fail(diagnosis);
  }

  private logStillGoing(): void {
    if (performance.now() - this.lastNews <= STILL_SECONDS * 1000) return;
    const [last] = this.logs.tail(1);
    const silent = Math.round(this.logs.silentSeconds);
    if (last === undefined) this.log("goes on; nothing on the console yet");
    else if (silent > STILL_SECONDS) this.log(`no console output for ${silent} s; it last said: `, last);
    else this.log("goes on; the console says: ", last);
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
