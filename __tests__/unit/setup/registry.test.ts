import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { answersAsRegistry } from "../../../setup/registry";

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe("a provider registry", () => {
  it("answers when its service discovery names providers", async () => {
    const url = await serve((request, response) => {
      const known = request.url === "/.well-known/terraform.json";
      response.writeHead(known ? 200 : 404).end('{"modules.v1":"/v1/modules/","providers.v1":"/v1/providers/"}');
    });
    expect(await answersAsRegistry(url)).toBe(true);
  });

  it("does not answer when something else does, such as a network's login page", async () => {
    const url = await serve((_, response) => response.end("<html>log in</html>"));
    expect(await answersAsRegistry(url)).toBe(false);
  });

  it("does not answer when nobody listens", async () => {
    const url = await serve(() => {});
    server?.close();
    await new Promise((resolve) => server?.once("close", resolve));
    expect(await answersAsRegistry(url)).toBe(false);
  });

  it("does not answer when it takes too long", async () => {
    const url = await serve((_, response) => {
      setTimeout(() => response.end('{"providers.v1":"/v1/providers/"}'), 2000).unref();
    });
    expect(await answersAsRegistry(url, 0.2)).toBe(false);
  });
});
