import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { MEDIA_LOCK_FILE } from "../../../recipe/media-lock";
import { temporaryFolder } from "../../support/temporary";

const MAIN = join(__dirname, "..", "..", "..", "cli", "main.ts");
const DIGEST = "ab".repeat(32);
const ISO = "https://vendor.example/isos/some.iso";

let server: Server;
let address: string;
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const found = url === "/SUMS" || url === "http://vendor.example/SUMS";
    response.writeHead(found ? 200 : 404).end(`${DIGEST}  some.iso\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** A project, and a folder in it. */
function project(): { readonly folder: string; readonly within: string } {
  const folder = temporaryFolder("lock");
  const within = join(folder, "kickstart");
  mkdirSync(within);
  writeFileSync(join(folder, "cdktf.json"), "{}");
  return { folder, within };
}

/** What `os-images lock` prints, and how it ends. */
async function lock(cwd: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<[number, string]> {
  const command = ["--require", require.resolve("tsx/cjs"), MAIN, "lock", ...words];
  const child = spawn(process.execPath, command, { cwd, env: { ...process.env, no_proxy: "", ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const [code] = (await once(child, "close")) as [number];
  return [code, output];
}

function locked(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, MEDIA_LOCK_FILE), "utf8"));
}

describe("os-images lock", () => {
  it("writes the published digest to the project's media lock, from any folder in it", async () => {
    const { folder, within } = project();
    expect(await lock(within, [ISO, `${address}/SUMS`])).toEqual([0, `some.iso sha256:${DIGEST} (new)\n`]);
    const entry = { checksumUrl: `${address}/SUMS`, checksum: `sha256:${DIGEST}` };
    expect(locked(folder)).toEqual({ lockVersion: 1, media: { [ISO]: entry } });
    expect(await lock(folder, [ISO, `${address}/SUMS`])).toEqual([0, `some.iso sha256:${DIGEST} (unchanged)\n`]);
  }, 60_000);

  it("takes a medium that is a file", async () => {
    const { folder } = project();
    expect((await lock(folder, ["media/some.iso", `${address}/SUMS`]))[0]).toBe(0);
    expect(locked(folder)).toHaveProperty(["media", "media/some.iso"]);
  }, 60_000);

  it("fetches the checksum file through the proxy of the environment", async () => {
    const { folder } = project();
    const [code] = await lock(folder, [ISO, "http://vendor.example/SUMS"], { http_proxy: address });
    expect(code).toBe(0);
  }, 60_000);

  it("is one message if there is no checksum file", async () => {
    const { folder } = project();
    expect(await lock(folder, [ISO, `${address}/missing`])).toEqual([
      1,
      expect.stringMatching(/checksum file http\S+missing cannot be fetched \(it answers 404\): check the URL/),
    ]);
  }, 60_000);
});
