import { printable } from "../util/lines";
import { isAfter, PHASES, type PhaseName } from "./phases";
import type { Redaction } from "./redaction";

/** Longest quotation, in characters: what a guest prints may have no end. */
const LONGEST_QUOTATION = 160;

/** Time spent in one phase. */
export interface PhaseTime {
  readonly name: PhaseName;
  readonly seconds: number;
}

/**
 * The current phase of a build, and the time spent in each. A phase that begins is one line of output: seconds since the
 * start, the phase, and a detail.
 */
export class PhaseLog {
  private readonly started: number;
  private readonly entered: { name: PhaseName; at: number }[] = [];
  private redaction: Redaction | undefined;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.started = now();
  }

  /** From now on, no line that is written has these secrets in it. */
  hide(redaction: Redaction): void {
    this.redaction = redaction;
  }

  /** The phase that the build is in. */
  get current(): PhaseName {
    return this.entered.at(-1)?.name ?? "plan";
  }

  /** Seconds since the current phase began. */
  get secondsInPhase(): number {
    return this.now() - (this.entered.at(-1)?.at ?? this.started);
  }

  /** Seconds since the build began. */
  get seconds(): number {
    return this.now() - this.started;
  }

  /** Begins a phase. A phase that has passed is not entered again. */
  enter(name: PhaseName, detail = ""): void {
    if (this.entered.length > 0 && !isAfter(name, this.current)) return;
    this.entered.push({ name, at: this.entered.length === 0 ? this.started : this.now() });
    this.line(name, this.clean(detail));
  }

  /** Goes back to a phase, to which the time since it counts. */
  goBack(name: PhaseName): void {
    const index = this.entered.findIndex((phase) => isAfter(phase.name, name));
    if (index >= 0) this.entered.splice(index);
  }

  /** Writes a line about the current phase. `quoted` ends it: text from elsewhere, which is cut if it is long. */
  log(detail: string, quoted = ""): void {
    const text = this.clean(quoted);
    const end = text.length > LONGEST_QUOTATION ? `${text.slice(0, LONGEST_QUOTATION)}...` : text;
    this.line("", `${this.clean(detail)}${end}`);
  }

  /** Every phase with the time spent in it so far, rounded to milliseconds; 0 for a phase that was skipped. */
  times(): PhaseTime[] {
    return PHASES.map(({ name }) => {
      const index = this.entered.findIndex((phase) => phase.name === name);
      const begin = this.entered[index]?.at ?? 0;
      const end = index < 0 ? 0 : (this.entered[index + 1]?.at ?? this.now());
      return { name, seconds: Math.round((end - begin) * 1000) / 1000 };
    });
  }

  private line(name: string, text: string): void {
    this.write(`${this.seconds.toFixed(1).padStart(7)} s  ${name.padEnd(9)}  ${text}`.trimEnd());
  }

  /** Without secrets, and without what a terminal would act on. */
  private clean(text: string): string {
    return printable(this.redaction?.text(text) ?? text);
  }
}
