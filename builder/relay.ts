import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

/** Pause between two tries to reach the guest's SSH server, in milliseconds. */
const RETRY_MS = 150;

/** How long a connection may stay silent before it is given up, in milliseconds. */
const SILENCE_MS = 700;

/** A relay that listens on loopback. */
export interface Relay {
  readonly port: number;
  /** From now on the guest is tried, at that port of the loopback interface. */
  forwardTo(port: number): void;
  close(): void;
}

/**
 * Holds whoever connects until the guest's SSH server answers, then joins the two.
 *
 * QEMU's user network accepts a connection to a forwarded port at once, before anything in the guest listens, and it
 * then hangs; a client's own retries cost 10 to 35 s of a build. The relay sees by the server's first line
 * (RFC 4253, section 4.2) that it is up, and loses a fraction of a second.
 */
export async function startRelay(onLogin: () => void): Promise<Relay> {
  let target: number | undefined;
  let closed = false;
  const sockets = new Set<Socket>();
  const remember = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };

  const hold = async (client: Socket): Promise<void> => {
    while (!client.destroyed && !closed) {
      const server =
        target === undefined ? undefined : await answering(remember(createConnection(target, "127.0.0.1")));
      if (server !== undefined) {
        join(client, server.socket, server.firstBytes);
        onLogin();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  };

  const listener = createServer((client) => void hold(remember(client)));
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    forwardTo: (port) => {
      target = port;
    },
    close: () => {
      closed = true;
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A connection on which an SSH server has spoken, with what it said; undefined where none does in time. */
function answering(socket: Socket): Promise<{ socket: Socket; firstBytes: Buffer } | undefined> {
  return new Promise((resolve) => {
    const finish = (firstBytes?: Buffer): void => {
      clearTimeout(timer);
      socket.removeAllListeners("data");
      if (firstBytes === undefined) socket.destroy();
      else socket.pause();
      resolve(firstBytes === undefined ? undefined : { socket, firstBytes });
    };
    const timer = setTimeout(finish, SILENCE_MS);
    socket.once("close", () => finish());
    socket.once("data", (bytes) => finish(bytes.toString("latin1").startsWith("SSH-") ? bytes : undefined));
  });
}

function join(client: Socket, server: Socket, firstBytes: Buffer): void {
  client.setNoDelay(true);
  server.setNoDelay(true);
  client.write(firstBytes);
  client.pipe(server);
  server.pipe(client);
  client.on("close", () => server.destroy());
  server.on("close", () => client.destroy());
}
