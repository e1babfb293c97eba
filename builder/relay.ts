import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { SshProber } from "./ssh-prober";

/** A relay that listens on loopback. */
export interface Relay {
  readonly port: number;
  /** From now on the guest is tried, at that port of the loopback interface. */
  forwardTo(port: number): void;
  /** The guest was reset: what it answered so far says nothing of what it will. */
  guestRestarted(): void;
  /** What the guest's port 22 did last, since its last reset. */
  seen(): SshProber["seen"];
  close(): void;
}

/**
 * Holds whoever connects until the guest's SSH server answers, then joins the two.
 *
 * QEMU's user network accepts a connection to a forwarded port at once, before anything in the guest listens, and it
 * then hangs; a client's own retries cost 10 to 35 s of a build. Here fresh connections find out when the server is up.
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
    forwardTo: (port) => prober.aim(port),
    guestRestarted: () => prober.restart(),
    seen: () => prober.seen,
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
