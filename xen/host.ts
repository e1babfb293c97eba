import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { requireTool } from "../host/find";
import { onLines, printable } from "../util/lines";
import { shellQuote } from "../util/shell-quote";
import { UserError } from "../util/user-error";

/** How a Xen host is reached. */
export interface HostConnection {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  /** Empty for the keys that ssh finds by itself. */
  readonly keyFile: string;
  /** Empty for the user's own. */
  readonly knownHostsFile: string;
}

/** What ssh does before the host's shell runs: it never asks, and takes no host key that it does not know. */
const OPTIONS = {
  BatchMode: "yes",
  StrictHostKeyChecking: "yes",
  ConnectTimeout: "30",
  ServerAliveInterval: "15",
  ServerAliveCountMax: "8",
};

/** The words of the ssh command that reaches a host. A `%` or a space in a file's name is none of ssh's own. */
export function sshWords({ address, port, username, keyFile, knownHostsFile }: HostConnection): string[] {
  const file = (path: string): string => `"${path.replaceAll("%", "%%")}"`;
  const options = {
    ...OPTIONS,
    ...(keyFile !== "" && { IdentityFile: file(keyFile), IdentitiesOnly: "yes" }),
    ...(knownHostsFile !== "" && { UserKnownHostsFile: file(knownHostsFile) }),
  };
  const words = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return [...words, "-p", String(port), "-l", username, "--", address];
}

/** How many lines of what the host says an error shows. */
const LAST_LINES = 8;
const LINE_CHARACTERS = 300;

/**
 * Runs guest.sh on a host and gives the lines that it printed. `onLine` gets each of them at once, and what it returns is
 * sent to the script.
 * @throws UserError with what the script said, or why ssh did not get there
 */
export async function runOnHost(
  connection: HostConnection,
  words: readonly string[],
  onLine?: (line: string) => Readable | undefined,
): Promise<string[]> {
  const script = readFileSync(join(__dirname, "guest.sh"), "utf8");
  const command = ["sh", "-c", script, "guest.sh", ...words].map(shellQuote).join(" ");
  const child = spawn(requireTool("ssh").path, [...sshWords(connection), command]);
  const lines: string[] = [];
  const complaints: string[] = [];
  // The script may end before it has read all: its own words tell why.
  child.stdin.on("error", () => undefined);
  if (onLine === undefined) child.stdin.end();
  let broken: Error | undefined;
  const read = [
    onLines(child.stdout, (line) => {
      lines.push(line);
      const input = onLine?.(line);
      input?.on("error", (error) => {
        broken = error;
        child.kill();
      });
      input?.pipe(child.stdin);
    }),
    onLines(child.stderr, (line) => {
      complaints.push(printable(line).slice(0, LINE_CHARACTERS));
      if (complaints.length > LAST_LINES) complaints.shift();
    }),
  ];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  await Promise.all(read);
  if (broken !== undefined) throw broken;
  if (code === 0) return lines;
  throw code === 255 ? unreachable(connection, complaints) : failed(connection, complaints);
}

/** The script's own message and what follows it, or all that the host's shell said. */
function failed({ address }: HostConnection, complaints: readonly string[]): UserError {
  const start = complaints.findIndex((line) => line.startsWith("error: "));
  const text = complaints
    .slice(Math.max(start, 0))
    .join("\n  ")
    .replace(/^error: /, "");
  return new UserError(`Xen host ${address}: ${text || "the script ended without a word"}`, 1);
}

/** Why ssh did not reach the host, by its own words: https://man.openbsd.org/ssh. */
function unreachable(connection: HostConnection, complaints: readonly string[]): UserError {
  const { address, port, username, keyFile, knownHostsFile } = connection;
  const said = complaints.join("\n");
  const known = knownHostsFile === "" ? "~/.ssh/known_hosts" : knownHostsFile;
  if (/has changed and you have requested strict checking/.test(said)) {
    return new UserError(
      `Xen host ${address} has another host key than ${known} says: if it was installed anew, take the old key out ` +
        `(ssh-keygen -f ${known} -R ${port === 22 ? address : `'[${address}]:${port}'`}) and add the new one`,
      1,
    );
  }
  if (/Host key verification failed/.test(said)) {
    return new UserError(
      `the host key of Xen host ${address} is not in ${known}: get it (ssh-keyscan -p ${port} ${address}), compare it with ` +
        `the host's own (/etc/ssh/ssh_host_*_key.pub), and add it`,
      1,
    );
  }
  if (/Permission denied/.test(said)) {
    return new UserError(
      `Xen host ${address} refuses user "${username}" with ${keyFile === "" ? "the keys of ssh" : `the key ${keyFile}`}: ` +
        "add the public key to that user's ~/.ssh/authorized_keys on the host",
      1,
    );
  }
  const last = complaints.findLast((line) => line.trim() !== "") ?? "ssh ended without a word";
  return new UserError(`Xen host ${address} does not answer on port ${port}: ${last.trim()}`, 1);
}
