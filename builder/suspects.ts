import { CAUSES } from "./causes";
import type { Cause, Diagnosis, Sign, Source, Stage } from "./causes/cause";

/** How long a narrower cause may take to show after a first one did, in seconds. */
const MOMENT_SECONDS = 2;

const BEFORE_LOGIN: readonly Stage[] = ["start", "installer", "installed"];

/** What an installer says when it begins; before that, firmware, kernel and initramfs speak. */
const INSTALLER_BEGINS = /Starting installer, one moment|^anaconda \S+ for .* started\.|^demo installer: /;

/** A line of the log port: `HH:MM:SS,mmm LEVEL tag:message`. What scripts print has the tag `program`, or one of their own. */
const PORT_LINE =
  /^\d\d:\d\d:\d\d,\d+ [A-Z]+ (?!\S*\bprogram:)(?:anaconda|kernel|packaging|dnf|kickstart|org\.fedoraproject\.Anaconda)\b/;
const PORT_TIME = /^\d\d:\d\d:\d\d,\d+ /;

interface CauseSign {
  readonly cause: Cause;
  readonly sign: Sign;
}

const SIGNS: readonly CauseSign[] = CAUSES.flatMap((cause) => cause.signs.map((sign) => ({ cause, sign })));
const ON_SCREEN = SIGNS.filter(({ sign }) => sign.staysSeconds !== undefined);

/** The signs that one line of a source proves. */
function signsOf(source: Source): readonly CauseSign[] {
  return SIGNS.filter(({ sign }) => sign.staysSeconds === undefined && sign.sources.includes(source));
}
const IN_LINES: Readonly<Record<Source, readonly CauseSign[]>> = {
  console: signsOf("console"),
  installer: signsOf("installer"),
  firmware: signsOf("firmware"),
  packer: signsOf("packer"),
};

interface Suspect extends CauseSign {
  readonly line: string;
  /** When it is believed, in seconds of the clock; never if infinite. */
  readonly at: number;
  /** Whether a reset of the guest leaves it true. */
  readonly certain: boolean;
}

/**
 * Finds out why a build fails from what guest and Packer print. A line only makes its cause a suspect: others may follow
 * that say more. After a moment the narrowest suspect is the diagnosis.
 */
export class Suspects {
  private readonly suspects: Suspect[] = [];
  private readonly times = new Map<Sign, number>();
  private readonly onScreenSince = new Map<Sign, number>();
  /** How far the guest is. */
  stage: Stage = "start";

  constructor(private readonly seconds: () => number = () => performance.now() / 1000) {}

  /** Judges a line. */
  line(source: Source, line: string): void {
    if (line === "") return;
    if (source === "installer" && PORT_TIME.test(line) && !PORT_LINE.test(line)) return;
    if (this.stage === "start" && (source === "installer" || (source === "console" && INSTALLER_BEGINS.test(line)))) {
      this.stage = "installer";
    }
    for (const { cause, sign } of IN_LINES[source]) {
      if (this.isProof(sign, source) && sign.pattern.test(line)) this.suspect(cause, sign, line);
    }
  }

  /** Judges what is on the console's screen now; to be called often. `prompt` is the text before its cursor. */
  screen(lines: readonly string[], prompt: string): void {
    for (const { cause, sign } of ON_SCREEN) {
      const mayShow = this.isProof(sign, "console") && (!sign.prompt || prompt !== "");
      const line = mayShow ? lines.find((text) => sign.pattern.test(text)) : undefined;
      if (line === undefined) {
        this.onScreenSince.delete(sign);
        continue;
      }
      const since = this.onScreenSince.get(sign) ?? this.seconds();
      this.onScreenSince.set(sign, since);
      if (this.seconds() - since >= (sign.staysSeconds ?? 0)) this.suspect(cause, sign, line);
    }
  }

  /** The guest was reset: forgets what is not certain. */
  guestRestarted(): void {
    this.suspects.splice(0, this.suspects.length, ...this.suspects.filter(({ certain }) => certain));
    this.onScreenSince.clear();
    this.times.clear();
    if (this.stage !== "login") this.stage = "installed";
  }

  /** The diagnosis, once a suspect is believed. `lastLines` of the console may say more than the line that proves it. */
  diagnosis(lastLines: readonly string[]): Diagnosis | undefined {
    return this.suspects.some((one) => this.isBelieved(one)) ? this.choose(lastLines) : undefined;
  }

  /** The diagnosis if no line can follow that says more: the guest has ended, or starts again. */
  proven(lastLines: readonly string[]): Diagnosis | undefined {
    return this.suspects.some(({ certain }) => certain) ? this.choose(lastLines) : undefined;
  }

  /** The diagnosis if something else shows that the build has failed: suspects that are not believed yet count too. */
  narrowest(lastLines: readonly string[]): Diagnosis | undefined {
    return diagnosisOf(narrowestOf(this.suspects), lastLines);
  }

  /** Chooses among what is proved; if that is vague, what is only suspected may be its reason. */
  private choose(lastLines: readonly string[]): Diagnosis | undefined {
    const proved = narrowestOf(this.suspects.filter((one) => one.certain || this.isBelieved(one)));
    return proved?.cause.vague ? this.narrowest(lastLines) : diagnosisOf(proved, lastLines);
  }

  private isBelieved({ at }: Suspect): boolean {
    return at <= this.seconds();
  }

  /** Whether a line of that source proves anything in the guest's stage. */
  private isProof({ stages = BEFORE_LOGIN }: Sign, source: Source): boolean {
    return source === "packer" || stages.includes(this.stage);
  }

  private suspect(cause: Cause, sign: Sign, line: string): void {
    const times = (this.times.get(sign) ?? 0) + 1;
    this.times.set(sign, times);
    if (times < (sign.times ?? 1) || this.suspects.some((other) => other.sign === sign)) return;
    const { afterSeconds } = sign;
    // While a line stayed on the screen, narrower causes had their moment.
    const moment = sign.staysSeconds === undefined ? MOMENT_SECONDS : 0;
    const wait = afterSeconds === "never" ? Infinity : (afterSeconds ?? moment);
    this.suspects.push({ cause, sign, line, at: this.seconds() + wait, certain: afterSeconds === undefined });
  }
}

function narrowestOf(suspects: readonly Suspect[]): Suspect | undefined {
  return [...suspects].sort((a, b) => CAUSES.indexOf(a.cause) - CAUSES.indexOf(b.cause))[0];
}

function diagnosisOf(suspect: Suspect | undefined, lastLines: readonly string[]): Diagnosis | undefined {
  if (suspect === undefined) return undefined;
  const { cause, line } = suspect;
  const detail = cause.detail && lastLines.findLast((text) => cause.detail?.test(text));
  return { cause: cause.name, reason: cause.name, proof: detail ?? lastPart(line), remedy: cause.remedy };
}

/** rsyslog writes line ends as `#012`; of a traceback, the last line is the reason. */
function lastPart(line: string): string {
  return line.split("#012").findLast((part) => part.trim() !== "") ?? line;
}
