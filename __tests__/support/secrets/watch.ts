import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { descendants, processes } from "../process-tree";
import type { Canary } from "./canary";

/** Time between two looks at the processes, in milliseconds. */
const LOOK_MS = 40;

/** Logs that a build writes in its work folder, which is gone when it ends. */
const LOGS = ["packer.log", "console.log", "installer.log"];

/** Looks at all processes and at the work folders of a store, again and again while something runs. */
export class Watch {
  /** Every command line that was seen, of any process of the machine. */
  readonly commandLines = new Set<string>();
  /** Processes of the build whose environment others than their owner could read. */
  readonly openEnvironments = new Set<string>();
  /** Modes of work folders, in octal digits. */
  readonly workFolderModes = new Set<string>();
  /** The last content of each log of a work folder. */
  readonly logs = new Map<string, string>();
  private readonly made = new Map<string, Canary>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly root: number,
    private readonly store: string,
  ) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The secrets that the build made for itself: the build's key, the VNC password, the path of the kickstart. */
  get madeByBuild(): Canary[] {
    return [...this.made.values()];
  }

  private look(): void {
    for (const { commandLine } of processes()) this.commandLines.add(commandLine);
    for (const { pid, commandLine } of descendants(this.root)) {
      const mode = statSync(`/proc/${pid}/environ`, { throwIfNoEntry: false })?.mode ?? 0;
      if ((mode & 0o077) !== 0) this.openEnvironments.add(commandLine);
    }
    const work = join(this.store, ".work");
    if (!existsSync(work)) return;
    for (const name of readdirSync(work)) this.lookAtWork(join(work, name));
  }

  private lookAtWork(folder: string): void {
    const mode = statSync(folder, { throwIfNoEntry: false })?.mode;
    if (mode !== undefined) this.workFolderModes.add((mode & 0o777).toString(8));
    for (const log of LOGS) {
      const text = read(join(folder, log));
      if (text !== undefined) this.logs.set(`${log} of the work folder`, text);
    }
    const pem = read(join(folder, "build-key.pem"));
    if (pem !== undefined) {
      this.add("build key", secretOfKey(pem));
      this.made.set("build key, as text", { name: "build key", value: secretLineOfKey(pem) });
    }
    const password = /with the password: (\S+)/.exec(this.logs.get("packer.log of the work folder") ?? "")?.[1];
    this.add("VNC password", password);
    this.add("kickstart path", /\/([0-9a-f]{32})\//.exec(read(join(folder, "kernel-line.cfg")) ?? "")?.[1]);
  }

  private add(name: string, value: string | Buffer | undefined): void {
    if (value !== undefined) this.made.set(name, { name, value });
  }
}

/** The secret of an ed25519 key in OpenSSH's form: 32 bytes, and the public half behind them. */
function secretOfKey(pem: string): Buffer {
  const bytes = Buffer.from(pem.replace(/-----.*-----/g, ""), "base64");
  const start = bytes.indexOf(Buffer.from([0, 0, 0, 64])) + 4;
  return bytes.subarray(start, start + 32);
}

/** The line of a file with such a key that has nothing but a part of the secret: base64 is found within a line only. */
function secretLineOfKey(pem: string): string {
  const secret = secretOfKey(pem);
  const lines = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-"));
  const bytes = Buffer.from(lines.join(""), "base64");
  const middle = Math.ceil(((bytes.indexOf(secret) + 16) * 4) / 3);
  return lines[Math.floor(middle / (lines[0]?.length ?? 1))] ?? "";
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return undefined;
  }
}
