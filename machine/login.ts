import { readFileSync } from "node:fs";
import { Client } from "ssh2";
import { UserError } from "../util/user-error";

/** How long one attempt may take: the forwarded port accepts at once, also while nobody answers behind it. */
const ATTEMPT_MS = 3_000;
const PAUSE_MS = 300;

export interface LoginOptions {
  /** Port on loopback. */
  readonly port: number;
  readonly username: string;
  readonly keyFile: string;
  readonly timeoutSeconds: number;
  /** True once there is no use in waiting on. */
  readonly isOver: () => boolean;
}

/**
 * Logs in over SSH as soon as the machine answers. The host key is taken as it is: the machine made it a moment ago, and
 * the port leads nowhere else.
 * @throws UserError where nobody answers in time, or the key is refused
 */
export async function login({ port, username, keyFile, timeoutSeconds, isOver }: LoginOptions): Promise<Client> {
  const privateKey = readKey(keyFile);
  const deadline = performance.now() + timeoutSeconds * 1000;
  let last = "no answer";
  while (performance.now() < deadline && !isOver()) {
    try {
      return await attempt(port, username, privateKey);
    } catch (error) {
      last = (error as Error).message;
      if (last.includes("authentication methods failed")) {
        throw new UserError(
          `user "${username}" is refused with the key ${keyFile}: does the image's kickstart add it?`,
          1,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new UserError(`no login over SSH within ${timeoutSeconds} s (${last}): see the machine's console.log`, 1);
}

/** What a command prints, without its last newline. */
export function run(client: Client, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    client.exec(command, (error, stream) => {
      if (error !== undefined) return reject(error);
      let output = "";
      stream.on("data", (data: Buffer) => (output += data.toString()));
      stream.stderr.resume();
      stream.on("close", () => resolve(output.trim()));
    });
  });
}

function attempt(port: number, username: string, privateKey: Buffer): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on("ready", () => resolve(client));
    client.on("error", (error) => {
      client.destroy();
      reject(error);
    });
    client.on("close", () => reject(new Error("the connection was closed")));
    client.connect({ host: "127.0.0.1", port, username, privateKey, readyTimeout: ATTEMPT_MS });
  });
}

function readKey(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UserError(`private key "${file}" cannot be read (${code}): write the path of a readable key file`);
  }
}
