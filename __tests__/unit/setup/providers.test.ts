import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { answersAsRegistry, chooseSource, type ProviderFacts } from "../../../setup/providers";

function facts(changes: Partial<ProviderFacts>): ProviderFacts {
  return {
    userChooses: false,
    mirrored: false,
    initWorks: () => Promise.reject(new Error("terraform init was not to be run")),
    registryAnswers: () => Promise.reject(new Error("the registry was not to be asked")),
    ...changes,
  };
}

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

describe("where the providers come from", () => {
  it("is the registry when it answers, and nothing is built", async () => {
    expect(await chooseSource(facts({ registryAnswers: yes }))).toBe("registry");
  });

  it("is none when the registry does not answer and no mirror exists: they are then built", async () => {
    expect(await chooseSource(facts({ registryAnswers: no }))).toBe("none");
  });

  it("is the mirror when it exists, without asking the registry", async () => {
    expect(await chooseSource(facts({ mirrored: true }))).toBe("mirror");
  });

  it("is the user's own configuration when it offers the providers, even with a mirror", async () => {
    expect(await chooseSource(facts({ userChooses: true, mirrored: true, initWorks: yes }))).toBe("own configuration");
  });

  it("is none when the user's own configuration does not offer them, even with a registry", async () => {
    expect(await chooseSource(facts({ userChooses: true, initWorks: no, registryAnswers: yes }))).toBe("none");
  });
});

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
