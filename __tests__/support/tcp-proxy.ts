import { once } from "node:events";
import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** Stands between a client and a server on loopback, and breaks what goes through as a test wants it. */
export class TcpProxy {
  /** Connections so far. */
  connections = 0;
  /** Ends a connection once so many bytes have come from the server. @default - never */
  cutAfterBytes = Infinity;
  /** Passes nothing on any more, and says nothing. */
  silent = false;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async before(port: number): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    server.on("connection", (client) => proxy.join(client, connect(port, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private join(client: Socket, server: Socket): void {
    this.connections++;
    let passed = 0;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on("data", (bytes: Buffer) => {
        if (this.silent) return;
        to.write(bytes);
        if (from === server) passed += bytes.length;
        if (passed > this.cutAfterBytes) cut();
      });
      from.on("error", () => undefined);
      from.on("close", () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
  }
}
