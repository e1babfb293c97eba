import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { get, reasonOf } from "../../../util/http";

const NAMES = ["http_proxy", "https_proxy", "no_proxy"].flatMap((name) => [name, name.toUpperCase()]);
const before = new Map(NAMES.map((name) => [name, process.env[name]]));

let server: Server;
let proxy: Server;
/** What the proxy was asked for. */
let asked: string[];

beforeAll(async () => {
  server = await listening(
    createServer((request, response) => {
      response.writeHead(request.url === "/missing" ? 404 : 200).end(`served ${request.url}`);
    }),
  );
  proxy = await listening(
    createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end("by proxy");
    }).on("connect", (request, socket) => {
      asked.push(`${request.method} ${request.url}`);
      socket.end("HTTP/1.1 503 Not now\r\n\r\n");
    }),
  );
});
afterAll(() => {
  for (const each of [server, proxy]) {
    each.close();
    each.closeAllConnections();
  }
});

beforeEach(() => {
  asked = [];
  for (const name of NAMES) delete process.env[name];
});
afterAll(() => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

async function listening(server: Server): Promise<Server> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

function addressOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function text(url: string): Promise<string> {
  return (await get(url, AbortSignal.timeout(5000))).text();
}

describe("a fetch", () => {
  it("goes to the server itself if no proxy is named", async () => {
    expect(await text(`http://${addressOf(server)}/a`)).toBe("served /a");
  });

  it.each(["http_proxy", "HTTP_PROXY"])("goes through the proxy that %s names", async (name) => {
    process.env[name] = `http://${addressOf(proxy)}`;
    expect(await text("http://vendor.example/a.iso")).toBe("by proxy");
    expect(asked).toEqual(["GET http://vendor.example/a.iso"]);
  });

  it("takes a proxy without a scheme", async () => {
    process.env["http_proxy"] = addressOf(proxy);
    expect(await text("http://vendor.example/a.iso")).toBe("by proxy");
  });

  it("goes through a tunnel of the proxy that https_proxy names, and gives its answer as the reason", async () => {
    process.env["https_proxy"] = `http://${addressOf(proxy)}`;
    const reason = await text("https://vendor.example/a.iso").catch(reasonOf);
    expect(asked).toEqual(["CONNECT vendor.example:443"]);
    expect(reason).toContain("503");
  });

  it("goes to the server itself if no_proxy names it", async () => {
    process.env["http_proxy"] = `http://${addressOf(proxy)}`;
    process.env["no_proxy"] = "elsewhere.example,127.0.0.1";
    expect(await text(`http://${addressOf(server)}/a`)).toBe("served /a");
    expect(asked).toEqual([]);
  });

  it("is refused if the proxy is no URL, without showing a password in it", async () => {
    process.env["http_proxy"] = "ftp://me:secret@proxy";
    await expect(text("http://vendor.example/")).rejects.toThrow(
      /^the environment variable http_proxy is no URL of a proxy: write it as http:\/\/HOST:PORT$/,
    );
  });

  it("fails with the status that the server answers", async () => {
    expect(await text(`http://${addressOf(server)}/missing`).catch(reasonOf)).toBe("it answers 404");
  });

  it("fails with the reason for which nothing answers", async () => {
    const closed = await listening(createServer());
    const address = addressOf(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect(await text(`http://${address}/`).catch(reasonOf)).toMatch(/ECONNREFUSED/);
  });
});
