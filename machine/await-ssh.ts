import { connect } from "node:net";
import { dirname } from "node:path";
import { registerOverlay } from "../store/overlays";
import { UserError } from "../util/user-error";

/** How long one connection may take, and the pause after one without an answer. A packet that goes astray gets no reply. */
const ATTEMPT_MS = 3_000;
const PAUSE_MS = 200;

export interface AwaitOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly seconds: number;
  /** The command that shows the machine's console. */
  readonly console: string;
  /** The image's manifest.json; empty for an image made elsewhere. */
  readonly manifest: string;
  /** The image's copy on this host, on which the machine lies; empty if the hypervisor is another host. */
  readonly copy: string;
}

/**
 * Waits until a machine's sshd answers. The copy of the image that it lies on is noted with the image, so that gc keeps an
 * image of which there are machines.
 * @throws UserError after `seconds` without an answer
 */
export async function awaitSsh(options: AwaitOptions): Promise<number> {
  const { name, address, port, seconds, console, manifest, copy } = options;
  if (manifest !== "" && copy !== "") registerOverlay(dirname(manifest), copy);
  const start = performance.now();
  let last = "it has no address";
  while (address !== "" && performance.now() - start < seconds * 1000) {
    const answer = await firstBytes(address, port);
    if (answer.startsWith("SSH-")) {
      process.stdout.write(`machine ${name}: answers at ${address}\n`);
      return 0;
    }
    last = answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new UserError(
    `machine ${name} does not answer SSH at ${address || "any address"} (${last}; waited ${seconds} s): look at its ` +
      `console, \`${console}\`, and that there is a route to it from here. What it was to replace still runs if the ` +
      `replacement is "rolling". The next deploy makes it anew`,
    1,
  );
}

/** What a server sends first, or why nothing came. */
function firstBytes(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ATTEMPT_MS });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (bytes) => end(bytes.toString("latin1")));
    socket.once("error", (error) => end(error.message));
    socket.once("timeout", () => end("nothing came back"));
    socket.once("close", () => end("the connection was closed"));
  });
}
