import type { PhaseName } from "./phases";

/** Lines of `packer build` that begin a phase. */
const PHASE_LINES: readonly { readonly pattern: RegExp; readonly phase: PhaseName }[] = [
  { pattern: /: (?:Using SSH communicator|Waiting for SSH|Waiting for shutdown)/, phase: "install" },
  { pattern: /: Connected to SSH!/, phase: "provision" },
  { pattern: /: Uploading \S*seal\.sh =>/, phase: "seal" },
  { pattern: /: os-images: sealed/, phase: "shutdown" },
  { pattern: /: Converting hard drive/, phase: "convert" },
];

/** So many lines of Packer's output are kept, for the reason at its end. */
const KEPT_LINES = 1000;

/** What `packer build` prints, as far as the builder needs it. */
export class PackerOutput {
  private lines: string[] = [];
  /** The last step that the sealing script has begun. */
  sealStep: string | undefined;
  /** Whether Packer has logged in. */
  connected = false;
  /** The file name of the provisioning script that began last. */
  script: string | undefined;
  /** What a platform's script says it cannot do: see platforms/guest. */
  refusal: string | undefined;

  /** Takes a line; gives the phase that it begins, if it begins one. */
  line(line: string): PhaseName | undefined {
    this.lines.push(line);
    if (this.lines.length > 2 * KEPT_LINES) this.lines = this.lines.slice(-KEPT_LINES);
    this.sealStep = /: os-images: seal: (\S+)/.exec(line)?.[1] ?? this.sealStep;
    this.script = /: Provisioning with shell script: (\S+)/.exec(line)?.[1] ?? this.script;
    this.refusal = /: os-images: refused: (.*)/.exec(line)?.[1] ?? this.refusal;
    this.connected ||= line.includes(": Connected to SSH!");
    return PHASE_LINES.find(({ pattern }) => pattern.test(line))?.phase;
  }

  /** The reason that Packer gives for its failure; empty if it gives none. */
  get reason(): string {
    const errored = this.lines.findLast((line) => /^Build '.*' errored after .*?: /.test(line));
    if (errored !== undefined) return errored.replace(/^Build '.*?' errored after .*?: /, "");
    const index = this.lines.findIndex((line) => /^Error: /.test(line));
    if (index < 0) return "";
    const detail = this.lines.slice(index + 1).filter((line) => line.trim() !== "");
    return [this.lines[index]?.replace(/^Error: /, ""), ...detail.slice(0, 4).map((line) => line.trim())].join(" ");
  }
}
