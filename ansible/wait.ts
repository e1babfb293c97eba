import { run, stopRunning } from "../util/run";
import { elapsed } from "../util/progress";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import { sshOptions } from "./inventory";
import type { AnsibleRunRequest, TargetMachine } from "./request";

/** Pause between two attempts, and between two lines that say what is waited for, in milliseconds. */
const PAUSE_MS = 1_000;
const REMIND_MS = 10_000;

/** So long one attempt may take, in seconds: a forwarded port may accept although nobody answers behind it. */
const ATTEMPT_SECONDS = 5;

/** A machine that starts may run its sshd before it knows the user's key: so long a refusal may last, in milliseconds. */
const REFUSAL_MS = 10_000;

/** What ssh says that no waiting mends, and what it means. */
const FINAL: readonly { readonly pattern: RegExp; readonly reason: (knownHosts: string) => string }[] = [
  {
    pattern: /HOST IDENTIFICATION HAS CHANGED|Host key verification failed/,
    reason: (knownHosts) =>
      "has another host key than at its first run, though it was not replaced: find out why; if that is as it should " +
      `be, remove ${knownHosts}`,
  },
  {
    pattern: /UNPROTECTED PRIVATE KEY FILE|bad permissions/i,
    reason: () => "is not asked, as others may read the private key file: run chmod 600 on it",
  },
  {
    pattern: /error in libcrypto|invalid format/,
    reason: () => "is not asked, as ssh can read no private key in the key file",
  },
  {
    pattern: /hostname contains invalid characters/,
    reason: () => "is not asked, as its address is no host name and no IP address",
  },
];

export interface WaitOptions {
  readonly knownHosts: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Waits until every machine lets its user in over SSH, all at once.
 * @throws UserError that names each machine that does not, and why
 */
export async function waitForLogins(
  { machines, keyFile, loginTimeoutSeconds }: AnsibleRunRequest,
  { knownHosts, log, signal }: WaitOptions,
): Promise<void> {
  const start = performance.now();
  signal.addEventListener("abort", stopRunning);
  const waiting = new Map(machines.map((machine) => [machine, "no attempt yet"]));
  const timer = setInterval(() => {
    const names = [...waiting].map(([{ name }, reason]) => `${name} (${reason})`);
    log(`waits for SSH, ${elapsed(performance.now() - start)}: ${names.join(", ")}`);
  }, REMIND_MS);
  try {
    const results = await Promise.allSettled(machines.map(waitForOne));
    signal.throwIfAborted();
    const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
    const unexpected = refused.find((error) => !(error instanceof UserError));
    if (unexpected !== undefined) throw unexpected;
    if (refused.length > 0) throw new UserError(refused.map(({ message }) => message).join("\n"), 1);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", stopRunning);
  }

  async function waitForOne(machine: TargetMachine): Promise<void> {
    const { name, address, port, username } = machine;
    const title = `machine "${name}" (${address}, port ${port})`;
    let refusedSince: number | undefined;
    for (;;) {
      const reason = await attempt(machine);
      if (reason === undefined) break;
      signal.throwIfAborted();
      waiting.set(machine, reason);
      const final = FINAL.find(({ pattern }) => pattern.test(reason));
      if (final !== undefined) throw new UserError(`${title} ${final.reason(knownHosts)}`, 1);
      const now = performance.now();
      refusedSince = reason.includes("Permission denied") ? (refusedSince ?? now) : undefined;
      const isLate = now - start >= loginTimeoutSeconds * 1000;
      if (refusedSince !== undefined && (isLate || now - refusedSince >= REFUSAL_MS)) {
        throw new UserError(
          `${title} refuses the user "${username}" with the key ${keyFile}: give that user the key, or write another ` +
            `sshKeyFile (${reason})`,
          1,
        );
      }
      if (isLate) {
        throw new UserError(
          `${title} let nobody in within ${loginTimeoutSeconds} s (${reason}): does it run, and is there a route to it?`,
          1,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    waiting.delete(machine);
    log(`${name} answers (${elapsed(performance.now() - start)})`);
  }

  /** Undefined if the user was let in, else what ssh said. */
  async function attempt(machine: TargetMachine): Promise<string | undefined> {
    const { address, port, username } = machine;
    const options = ["-o", `ConnectTimeout=${ATTEMPT_SECONDS}`, ...sshOptions(machine, knownHosts)];
    const where = ["-p", port, "-i", keyFile, "-l", username, "--", address, "true"];
    const said: string[] = [];
    try {
      await run("ssh", [...options, ...where], { onLine: (line) => said.push(line) > 0 });
      return undefined;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return printable(
        said.find((line) => FINAL.some(({ pattern }) => pattern.test(line))) ?? said.at(-1) ?? "no answer",
      );
    }
  }
}
