import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { SshProber, type PortAnswer } from "./ssh-prober";

/** A relay that listens on loopback. */
export interface Relay {
  readonly port: number;
  /** Sets the port of the loopback interface that leads to the guest, and begins to try it. */
  forwardTo(port: number): void;
  /** Forgets the guest's answers so far: it was reset. */
  guestRestarted(): void;
  /** The last answer of the guest's port 22 since its last reset. */
  lastAnswer(): PortAnswer;
  close(): void;
}

/**
 * Holds each client's connection until the guest's SSH server answers, then joins the two.
 *
 * QEMU's user network accepts a connection to a forwarded port at once, even if nothing in the guest listens. Such a
 * connection hangs, and a client's own retries cost 10 to 35 s of a build. The relay finds out by fresh connections when
 * the server is up.
 */
export async function startRelay(onLogin: () => void): Promise<Relay> {
  const sockets = new Set<Socket>();
  const waiting = new Set<Socket>();
  const remember = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    return socket;
  };

  const prober = new SshProber(
    (port) => remember(createConnection(port, "127.0.0.1")),
    (server, firstBytes) => {
      const [client] = waiting;
      if (client === undefined) return void server.destroy();
      waiting.delete(client);
      if (waiting.size === 0) prober.stop();
      join(client, server, firstBytes);
      onLogin();
    },
  );
  const listener = createServer((client) => {
    waiting.add(remember(client));
    prober.start();
    client.on("close", () => {
      if (waiting.delete(client) && waiting.size === 0) prober.stop();
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    forwardTo: (port) => prober.setPort(port),
    guestRestarted: () => prober.restart(),
    lastAnswer: () => prober.lastAnswer,
    close: () => {
      prober.stop();
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
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
