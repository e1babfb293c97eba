import { createConnection, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { startRelay, type Relay } from "../../../builder/relay";

let relay: Relay;
let logins = 0;
const open: { close(): void }[] = [];

beforeEach(async () => {
  logins = 0;
  relay = await startRelay(() => logins++);
});
afterEach(() => {
  relay.close();
  open.splice(0).forEach((one) => one.close());
});

/** A server on loopback that treats each connection as `answer` says; gives its port. */
async function serve(answer: (socket: Socket, count: number) => void): Promise<number> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    answer(socket, ++count);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ close: () => (sockets.forEach((socket) => socket.destroy()), server.close()) });
  return (server.address() as AddressInfo).port;
}

function connect(): Socket {
  const socket = createConnection(relay.port, "127.0.0.1");
  socket.on("error", () => socket.destroy());
  open.push({ close: () => socket.destroy() });
  return socket;
}

function firstData(socket: Socket): Promise<string> {
  return new Promise((resolve) => socket.once("data", (bytes) => resolve(bytes.toString())));
}

test("a client that came before the server is joined with it when it speaks", async () => {
  const client = connect();
  const banner = firstData(client);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const port = await serve((socket) => {
    socket.write("SSH-2.0-test\r\n");
    socket.on("data", (bytes) => socket.write(`got ${bytes.toString()}`));
  });
  relay.forwardTo(port);
  expect(await banner).toBe("SSH-2.0-test\r\n");
  const answer = firstData(client);
  client.write("hello");
  expect(await answer).toBe("got hello");
  expect(logins).toBe(1);
});

test("hanging and closed connections are retried without the client noticing", async () => {
  const port = await serve((socket, count) => {
    if (count === 2) socket.destroy();
    if (count === 3) socket.write("220 not ssh\r\n");
    if (count > 3) socket.write("SSH-2.0-late\r\n");
  });
  relay.forwardTo(port);
  expect(await firstData(connect())).toBe("SSH-2.0-late\r\n");
});

test("a later client is joined too, as after a restart of the guest", async () => {
  const port = await serve((socket) => socket.write("SSH-2.0-test\r\n"));
  relay.forwardTo(port);
  const first = connect();
  await firstData(first);
  first.destroy();
  expect(await firstData(connect())).toBe("SSH-2.0-test\r\n");
  expect(logins).toBe(2);
});

test("it listens on the loopback interface alone", async () => {
  const port = relay.port;
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(port, "127.0.0.2", resolve));
  open.push(other);
  expect((other.address() as AddressInfo).port).toBe(port);
});
