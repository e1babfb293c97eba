import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { sha256 } from "../../../util/digest";
import { temporaryFolder } from "../../support/temporary";

const ROOT = resolve(__dirname, "../../..");
const DIGEST = "c".repeat(64);

let folder: string;
let app: string;
let server: Server;
let site: string;

/** A vendor's site whose only file is the checksum file beside its media. */
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === "/isos/CHECKSUM") response.end(`SHA256 (AlmaLinux-9.6-x86_64-minimal.iso) = ${DIGEST}\n`);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}/isos`;
});
afterAll(() => new Promise((done) => server.close(done)));

beforeEach(() => {
  folder = temporaryFolder("init");
  app = join(folder, "app");
  mkdirSync(app);
});

async function init(...words: string[]) {
  const program = join(ROOT, "bin/os-images.js");
  const child = spawn(process.execPath, [program, "init", ...words], { cwd: app });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  const status = await new Promise<number | null>((done) => child.once("close", done));
  return { status, stdout, stderr };
}

function read(file: string): string {
  return readFileSync(join(app, file), "utf8");
}

function readPackage(): Record<string, Record<string, string>> {
  return JSON.parse(read("package.json")) as Record<string, Record<string, string>>;
}

describe("os-images init", () => {
  it("writes an app with a minimal Rocky Linux 9 if nothing else is said, its digest in the media lock", async () => {
    expect(await init("web")).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(app).sort()).toEqual(
      [".gitignore", "cdktf.json", "images.lock.json", "main.ts", "package.json", "tsconfig.json", "web.cfg"].sort(),
    );
    expect(read("main.ts")).toContain("release: OsRelease.ROCKY_9,");
    expect(read("main.ts")).toMatch(/^const app = new App\(\);\n[^]*^app\.synth\(\);\n$/m);
    expect(read("web.cfg")).toContain("--hostname=web\n");
    expect(read("images.lock.json")).toBe(readFileSync(join(ROOT, "images.lock.json"), "utf8"));
    expect(readPackage()["devDependencies"]).toHaveProperty("cdktf-cli");
  });

  it("takes a kickstart byte for byte and the digest of a medium on this machine", async () => {
    const kickstart = "#version=RHEL8\ntext\r\n";
    writeFileSync(join(folder, "my.ks"), kickstart);
    writeFileSync(join(folder, "some.iso"), "medium");
    await init("web", "--kickstart", "../my.ks", "--iso", "../some.iso");
    expect(read("my.ks")).toBe(kickstart);
    expect(read("main.ts")).toContain("release: OsRelease.RHEL_8,");
    expect(read("main.ts")).toContain(
      `url: "${join(folder, "some.iso")}",\n    checksum: "sha256:${sha256("medium")}",`,
    );
    expect(read("main.ts")).toContain('kickstart: Kickstart.fromFile("my.ks"),');
    expect(readdirSync(app)).not.toContain("images.lock.json");
  });

  it("finds the vendor's checksum beside a medium, and the release by the medium's name", async () => {
    const url = `${site}/AlmaLinux-9.6-x86_64-minimal.iso`;
    expect(await init("web", "--iso", url)).toMatchObject({ status: 0 });
    expect(read("main.ts")).toContain("release: OsRelease.ALMA_9,");
    expect(JSON.parse(read("images.lock.json"))).toEqual({
      lockVersion: 1,
      media: { [url]: { checksumUrl: `${site}/CHECKSUM`, checksum: `sha256:${DIGEST}` } },
    });
  });

  it("adds to a package.json what it lacks, and changes nothing in it", async () => {
    const present = { name: "mine", scripts: { deploy: "mine" }, dependencies: { "os-images": "file:x.tgz" } };
    writeFileSync(join(app, "package.json"), JSON.stringify(present));
    await init("web");
    expect(readPackage()).toMatchObject(present);
    expect(readPackage()).toMatchObject({ scripts: { synth: "cdktf synth" }, dependencies: { cdktf: "0.21.0" } });
  });

  it("writes nothing when a file exists already", async () => {
    writeFileSync(join(app, "main.ts"), "mine");
    const { status, stderr } = await init("web");
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^error: main\.ts: already here, and nothing is/)]);
    expect([readdirSync(app), read("main.ts")]).toEqual([["main.ts"], "mine"]);
  });

  it.each([
    [["Web"], '"Web" cannot be an image\'s name'],
    [["web", "--release", "alma9"], "no medium of AlmaLinux OS 9 is known: add --iso URL"],
    [["web", "--kickstart", "none.ks"], "the kickstart none.ks cannot be read (ENOENT)"],
    [["web", "--iso", "none.iso"], "there is no file "],
    [["web", "--iso", "https://x/CentOS-7-x.iso", "--checksum", "sha256:1"], "add --kickstart FILE"],
    [["web", "--iso", "https://x/Rocky-9-x.iso", "--checksum", "sha256:1"], 'checksum "sha256:1" of iso'],
  ])("refuses %j, and writes nothing", async (words, message) => {
    const { status, stderr } = await init(...words);
    expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(readdirSync(app)).toEqual([]);
  });

  it("says what to add if no checksum of a medium is found", async () => {
    const { status, stderr } = await init("web", "--iso", `${site}/Rocky-9.6-x86_64-minimal.iso`);
    expect([status, stderr]).toEqual([1, expect.stringMatching(/no checksum of .* was found .*: add --checksum with/)]);
    expect(readdirSync(app)).toEqual([]);
  });
});
