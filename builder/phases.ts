import type { Redaction } from "./redaction";
import { isAfter, STATES, stateNamed, type StateName } from "./states";

/** Time spent in one state. */
export interface Phase {
  readonly name: StateName;
  readonly seconds: number;
}

/**
 * Where a build is, and how long it has been there. Each state is one line of output when it begins: seconds since the
 * start, the state, and what is worth saying about it.
 */
export class Phases {
  private readonly started: number;
  private readonly entered: { name: StateName; at: number }[] = [];
  private redaction: Redaction | undefined;

  constructor(
    private readonly write: (line: string) => void,
    private readonly now: () => number = () => performance.now() / 1000,
    /** Seconds that the process had run before. */
    already = 0,
  ) {
    this.started = now() - already;
  }

  /** From now on, no line that is written has these secrets in it. */
  hide(redaction: Redaction): void {
    this.redaction = redaction;
  }

  /** The state that the build is in. */
  get current(): StateName {
    return this.entered.at(-1)?.name ?? "plan";
  }

  /** Seconds since the current state began. */
  get secondsInState(): number {
    return this.now() - (this.entered.at(-1)?.at ?? this.started);
  }

  /** Seconds since the build began. */
  get seconds(): number {
    return this.now() - this.started;
  }

  /** Begins a state. One that was left behind already is not entered again. */
  enter(name: StateName, detail = ""): void {
    if (this.entered.length > 0 && !isAfter(name, this.current)) return;
    this.entered.push({ name, at: this.entered.length === 0 ? this.started : this.now() });
    this.say(detail, name);
  }

  /** A line about the current state. */
  say(detail: string, name = ""): void {
    const text = this.redaction?.text(detail) ?? detail;
    this.write(`${this.seconds.toFixed(1).padStart(7)} s  ${name.padEnd(9)}  ${text}`.trimEnd());
  }

  /** Every state with the time spent in it so far, rounded to milliseconds; zero for one that was passed over. */
  list(): Phase[] {
    return STATES.map(({ name }) => {
      const index = this.entered.findIndex((state) => state.name === name);
      const begin = this.entered[index]?.at ?? 0;
      const end = index < 0 ? 0 : (this.entered[index + 1]?.at ?? this.now());
      return { name: stateNamed(name).name, seconds: Math.round((end - begin) * 1000) / 1000 };
    });
  }
}
