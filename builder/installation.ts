import { readFileSync } from "node:fs";
import type { BuildRequest } from "../recipe/request";
import { causeOf } from "./causes";
import type { Source } from "./causes/cause";
import { LogFollower } from "./console";
import type { Verdict } from "./failure";
import { GuestWatch } from "./guest-watch";
import { reasonOf, stateOfLine } from "./packer-lines";
import { startPacker, type PackerRun, type RunningPacker } from "./packer";
import type { Phases } from "./phases";
import type { QmpEvent } from "./qmp";
import type { Relay } from "./relay";
import { isAfter, stateNamed, type StateName } from "./states";
import type { WorkFolder } from "./work-folder";

/** How often the states' time-outs are looked at, in milliseconds. */
const TICK_MS = 500;

/** How long it may take until a QEMU that ended is started again, in milliseconds. */
const RESTART_MS = 3_000;

/** After how many seconds without news a line says that the build goes on. */
const STILL_SECONDS = 30;

/** One run of Packer, watched: its output, the guest's console and log, and QEMU itself. */
export class Installation {
  private readonly console: LogFollower;
  private readonly installerLog: LogFollower;
  private readonly guest: GuestWatch;
  private readonly packerLines: string[] = [];
  private packer: RunningPacker | undefined;
  private verdict: Verdict | undefined;
  private lastNews = performance.now();
  private endedTooEarly: NodeJS.Timeout | undefined;

  /** Versions of the tools that took part, as far as they told. */
  readonly tools: Record<string, string> = {};

  constructor(
    private readonly request: BuildRequest,
    private readonly work: WorkFolder,
    private readonly phases: Phases,
    private readonly relay: Relay,
  ) {
    this.console = new LogFollower(work.console, (line) => this.onGuestLine("console", line));
    this.installerLog = new LogFollower(work.installerLog, (line) => this.onGuestLine("installer", line));
    this.guest = new GuestWatch(
      work.monitor,
      work.screenshot,
      {
        started: (version) => {
          this.tools.qemu = version;
          clearTimeout(this.endedTooEarly);
        },
        event: (event) => this.onEvent(event),
        ended: () => this.onEnded(),
      },
      request.login.kind === "none" ? undefined : (port) => relay.forwardTo(port),
    );
  }

  /** The last lines of the guest's console. */
  consoleTail(count: number): string[] {
    return this.console.tail(count);
  }

  /** Runs Packer to its end. Gives nothing where all went well, else the reason. Throws where it was interrupted. */
  async run(run: Omit<PackerRun, "cwd" | "onLine"> & { readonly signal: AbortSignal }): Promise<Verdict | undefined> {
    this.enter("boot");
    const packer = await startPacker({ ...run, cwd: this.work.recipe, onLine: (line) => this.onPackerLine(line) });
    this.packer = packer;
    const stop = (): void => packer.terminate();
    run.signal.addEventListener("abort", stop);
    if (run.signal.aborted) stop();
    this.console.start();
    this.installerLog.start();
    this.guest.start();
    const ticks = setInterval(() => this.tick(), TICK_MS);
    const { status, signal } = await packer.ended;
    clearInterval(ticks);
    clearTimeout(this.endedTooEarly);
    run.signal.removeEventListener("abort", stop);
    await this.guest.stop();
    this.console.stop();
    this.installerLog.stop();
    run.signal.throwIfAborted();
    this.tools.packer = this.packerVersion();
    if (this.verdict !== undefined) return this.verdict;
    if (signal !== null) return { cause: "killed", reason: `Packer was killed by ${signal}` };
    if (status !== 0) return { cause: "unknown", reason: reasonOf(this.packerLines) || `Packer ended with ${status}` };
    return undefined;
  }

  private enter(state: StateName, detail?: string): void {
    this.lastNews = performance.now();
    this.phases.enter(state, detail);
  }

  private onPackerLine(line: string): void {
    this.packerLines.push(line);
    const state = stateOfLine(line);
    if (state !== undefined) this.enter(state);
    if (state === "seal" || state === "shutdown") void this.guest.takePicture();
    this.judge("packer", line);
  }

  private onGuestLine(source: Source, line: string): void {
    this.judge(source, line);
  }

  private onEvent({ event, data }: QmpEvent): void {
    if (event !== "RESET" || data?.guest !== true) return;
    this.relay.guestRestarted();
    if (isAfter("reboot", this.phases.current)) this.enter("reboot");
  }

  private onEnded(): void {
    if (isAfter(this.phases.current, "provision") || this.request.login.kind === "none") return this.enter("convert");
    this.endedTooEarly = setTimeout(() => {
      this.fail({ cause: "qemu ended", reason: "QEMU ended before the image was ready: it was killed, or the guest powered off" });
    }, RESTART_MS);
  }

  private judge(source: Source, line: string): void {
    const cause = causeOf(source, line);
    if (cause === undefined) return;
    this.fail({ cause: cause.name, reason: cause.name, proof: line, remedy: cause.remedy });
  }

  private fail(verdict: Verdict): void {
    if (this.verdict !== undefined) return;
    this.verdict = verdict;
    void this.guest.takePicture().then(() => this.packer?.terminate());
  }

  private tick(): void {
    const { current, secondsInState } = this.phases;
    const limit = stateNamed(current).timeoutSeconds?.(this.request);
    if (limit !== undefined && secondsInState > limit) {
      this.fail({ cause: "time-out", reason: `state "${current}" lasted longer than ${limit} s` });
    }
    if (performance.now() - this.lastNews > STILL_SECONDS * 1000) {
      this.lastNews = performance.now();
      const [last] = this.console.tail(1);
      this.phases.say(last === undefined ? "goes on" : `goes on; the console says: ${last.slice(0, 120)}`);
    }
  }

  /** The log begins with "Packer version: 1.15.0 [go1.24.1 linux amd64]". */
  private packerVersion(): string {
    const log = readFileSync(this.work.packerLog, { encoding: "utf8" }).slice(0, 4096);
    return /Packer version: (\S+)/.exec(log)?.[1] ?? "unknown";
  }
}
