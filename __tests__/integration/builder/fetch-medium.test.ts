import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fetchMedium } from "../../../builder/fetch-medium";
import { temporaryFolder } from "../../support/temporary";

const MEDIUM = Buffer.alloc(3_000_000, "medium");
const DIGEST = createHash("sha256").update(MEDIUM).digest("hex");

const cacheHome = process.env["XDG_CACHE_HOME"];
let home: string;
let server: Server;
let requests: number;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

beforeEach(() => {
  home = temporaryFolder("media");
  process.env["XDG_CACHE_HOME"] = home;
  requests = 0;
  server.removeAllListeners("request").on("request", (_, response: ServerResponse) => {
    requests++;
    answer(response);
  });
  answer = (response) => response.writeHead(200, { "content-length": MEDIUM.length }).end(MEDIUM);
});
afterEach(() => {
  if (cacheHome === undefined) delete process.env["XDG_CACHE_HOME"];
  else process.env["XDG_CACHE_HOME"] = cacheHome;
});

const cached = (): string[] => readdirSync(join(home, "os-images", "media"));

function fetched(options: { digest?: string; signal?: AbortSignal } = {}): Promise<string> {
  const { digest = DIGEST, signal = new AbortController().signal } = options;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/some.iso`;
  return fetchMedium(url, `sha256:${digest}`, { say: () => undefined, signal });
}

describe("a medium that a server has", () => {
  it("is fetched once, also by two builds at once, over what a killed one left", async () => {
    mkdirSync(join(home, "os-images", "media"), { recursive: true });
    writeFileSync(join(home, "os-images", "media", `${DIGEST}.iso.part`), "left behind by a killed build");
    const [file, other] = await Promise.all([fetched(), fetched()]);
    expect(other).toBe(file);
    expect(readFileSync(file).equals(MEDIUM)).toBe(true);
    expect(await fetched()).toBe(file);
    expect(requests).toBe(1);
    expect(cached()).toEqual([`${DIGEST}.iso`]);
  });

  it("is refused when its digest differs, and nothing of it is kept", async () => {
    await expect(fetched({ digest: "0".repeat(64) })).rejects.toThrow(`sha256:${DIGEST}, not sha256:000`);
    expect(cached()).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      "the server has it not",
      (response) => response.writeHead(404).end(),
      /cannot be fetched: http\S+ \(it answers 404\)/,
    ],
    [
      "it breaks off",
      (response) => {
        response.writeHead(200, { "content-length": MEDIUM.length });
        response.write(MEDIUM.subarray(0, 1_000_000), () => response.destroy());
      },
      /cannot be fetched/,
    ],
    [
      "the disk has no room for it",
      (response) => response.writeHead(200, { "content-length": 1e18 }).write("a"),
      /no space for the installer's medium: .* it needs 953674316407/,
    ],
  ])("is one clear message when %s, and nothing of it is kept", async (_, how, message) => {
    answer = how;
    await expect(fetched()).rejects.toThrow(message);
    expect(cached()).toEqual([]);
  });

  it("is fetched from a server that refuses HEAD", async () => {
    server.removeAllListeners("request");
    server.on("request", ({ method }, response: ServerResponse) => {
      if (method === "GET") answer(response);
      else response.writeHead(405).end();
    });
    expect(readFileSync(await fetched()).equals(MEDIUM)).toBe(true);
  });

  it("takes the place of those that no build has used for 30 days", async () => {
    const folder = join(home, "os-images", "media");
    mkdirSync(folder, { recursive: true });
    for (const [name, days] of [
      ["unused.iso", 31],
      ["used.iso", 29],
      ["killed.iso.part", 31],
    ] as const) {
      writeFileSync(join(folder, name), "another medium");
      const used = new Date(Date.now() - days * 24 * 3600 * 1000);
      utimesSync(join(folder, name), used, used);
    }
    await fetched();
    expect(cached().sort()).toEqual([`${DIGEST}.iso`, "used.iso"].sort());
  });

  it("counts as used when a build takes it from the cache", async () => {
    const file = await fetched();
    utimesSync(file, new Date(0), new Date(0));
    await fetched();
    expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(60_000);
  });

  it("is given up when the build is interrupted, for that reason", async () => {
    const controller = new AbortController();
    answer = (response) => {
      response.writeHead(200, { "content-length": MEDIUM.length }).write("a");
      setTimeout(() => controller.abort(new Error("interrupted: SIGINT")), 50);
    };
    await expect(fetched({ signal: controller.signal })).rejects.toThrow("interrupted: SIGINT");
    expect(cached()).toEqual([]);
  });
});
