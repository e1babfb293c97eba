import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { deflateRawSync, gzipSync } from "node:zlib";
import { requireTool } from "../../../host/find";
import { leaks } from "../../support/secrets/allowed";
import { canary } from "../../support/secrets/canary";
import { searchImage } from "../../support/secrets/disk";
import { Search } from "../../support/secrets/search";
import { Watch } from "../../support/secrets/watch";
import { temporaryFolder } from "../../support/temporary";

const folder = temporaryFolder("search");

const secret = canary("planted");
const key = { name: "key", value: Buffer.from(canary("key").value.slice(1, 25), "hex") };
const search = new Search([canary("another"), secret, key]);
const { value } = secret;

/** Text that compresses, with the secret in it. */
const TEXT = `${"some words before it ".repeat(40)}password=${value}\n${"and after it ".repeat(40)}`;

function compress(program: string, text: string | Buffer): Buffer {
  return spawnSync(program, ["-c"], { input: text }).stdout;
}

describe("a planted secret is found", () => {
  it.each([
    ["plain", `x ${value} y`],
    ["UTF-16", Buffer.from(`x${value}`, "utf16le")],
    ["hex", Buffer.from(value).toString("hex")],
    ["hex", Buffer.from(value).toString("hex").toUpperCase()],
    ["URL", value.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
    ["base64", Buffer.from(`user:${value}`).toString("base64")],
    ["base64", Buffer.from(`users:${value}!`).toString("base64")],
    ["base64", Buffer.from(value).toString("base64url")],
  ])("as %s", (form, content) => {
    expect(search.in("a text", content)).toMatchObject([{ canary: "planted", form, place: "a text" }]);
  });

  it.each([
    ["gzip", gzipSync(TEXT)],
    ["zstd", compress("zstd", TEXT)],
    ["xz", compress("xz", TEXT)],
    ["bzip2", compress("bzip2", TEXT)],
    ["zip", zipped(TEXT)],
  ])("in %s, with other bytes around", (kind, bytes) => {
    expect(bytes.includes(value)).toBe(false);
    const around = Buffer.concat([Buffer.from("before"), bytes, Buffer.alloc(9000, "after")]);
    expect(search.in("bytes", around)).toMatchObject([{ canary: "planted", form: `plain in ${kind}`, offset: 6 }]);
  });

  it("in what was compressed twice, and as base64 in it", () => {
    const once = gzipSync(`${"word ".repeat(100)}${Buffer.from(`a${value}`).toString("base64")}`);
    const forms = search.in("bytes", compress("zstd", once)).map(({ form }) => form);
    expect(forms).toContain("base64 in gzip in zstd");
  });

  it("as bytes of a key, and as lines of PEM", () => {
    const pem = Buffer.concat([Buffer.alloc(16, 1), key.value]).toString("base64");
    expect(search.in("a text", key.value)).toMatchObject([{ canary: "key", form: "plain" }]);
    expect(search.in("a text", pem)).toMatchObject([{ canary: "key", form: "base64" }]);
  });

  it("across the pieces in which a large file is read, and after a hole", () => {
    const file = join(folder, "large");
    writeFileSync(file, "");
    truncateSync(file, (32 << 20) - 7);
    writeFileSync(file, value, { flag: "a" });
    expect(search.inFile(file)).toMatchObject([{ offset: (32 << 20) - 7 }]);
  });

  it("in a log and in the name of a file, below a folder", () => {
    mkdirSync(join(folder, "logs", value), { recursive: true });
    writeFileSync(join(folder, "logs", value, "a.log"), `Executing: curl -u user:${value}\n`);
    expect(search.inFolder(join(folder, "logs")).map(({ place }) => place)).toEqual([
      `the name ${join(folder, "logs", value)}`,
      join(folder, "logs", value, "a.log"),
    ]);
  });

  it("on the command line of a process, and its environment is not", async () => {
    const child = spawn("sleep", ["5", "0"], { argv0: value, env: { SECRET: value } });
    const watch = new Watch(child.pid ?? 0, folder);
    await sleep(300);
    watch.stop();
    child.kill("SIGKILL");
    expect(search.in("command lines", [...watch.commandLines].join("\n"))).toHaveLength(1);
    expect([...watch.openEnvironments]).toEqual([]);
  });

  it("and is a leak unless the list allows the place", () => {
    const find = { canary: "planted", form: "plain", place: "here", offset: 7 };
    expect(leaks([find], [])).toEqual(["planted, plain, in here at 7"]);
    expect(leaks([find], [{ canary: "planted", place: /^here$/, reason: "" }])).toEqual([]);
    expect(leaks([find], [{ canary: "planted", place: /^there$/, reason: "" }])).toHaveLength(1);
  });
});

describe("a secret planted in an image is found", () => {
  const raw = join(folder, "disk.raw");
  const image = join(folder, "disk.qcow2");
  const debugfs = (request: string): void =>
    void execFileSync("debugfs", ["-w", "-R", request, raw], { stdio: "ignore" });

  beforeAll(() => {
    const tree = join(folder, "tree");
    mkdirSync(join(tree, "etc"), { recursive: true });
    writeFileSync(join(tree, "etc", "shadow"), `root:${value}:::\n`);
    writeFileSync(join(tree, "old.log.gz"), gzipSync(TEXT));
    writeFileSync(join(tree, "deleted"), `${value}\n`);
    writeFileSync(join(tree, "kept"), "nothing\n");
    execFileSync("mke2fs", ["-q", "-t", "ext4", "-b", "4096", "-d", tree, raw, "16M"], { stdio: "ignore" });
    debugfs("rm /deleted");
    execFileSync(requireTool("qemu-img").path, ["convert", "-O", "qcow2", raw, image]);
    writeFileSync(image, value, { flag: "a" });
  });

  it("in a file, in a compressed one, in a free block, and in a part of the image's file that no block is in", () => {
    const finds = searchImage(search, image);
    const inDisk = finds.filter(({ place }) => place !== "the image's file");
    expect(inDisk.map(({ place, form }) => [place, form])).toEqual(
      expect.arrayContaining([
        ["/etc/shadow", "plain"],
        ["/old.log.gz", "plain in gzip"],
        ["a free block", "plain"],
      ]),
    );
    expect(inDisk).toHaveLength(3);
    expect(finds.filter(({ place, form }) => place === "the image's file" && form === "plain")).toHaveLength(3);
  });
});

/** A zip file's one entry: RFC 1951's format behind a header of 30 bytes and the name. */
function zipped(text: string): Buffer {
  const header = Buffer.alloc(30);
  header.write("PK\u0003\u0004", "latin1");
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(4, 26);
  return Buffer.concat([header, Buffer.from("name"), deflateRawSync(text)]);
}
