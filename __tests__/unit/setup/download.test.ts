import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checksumIn, downloadRelease } from "../../../setup/download";

let folder: string;
let server: Server;
let site: string;
const files = new Map<string, Buffer>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "release-"));
  writeFileSync(join(folder, "tool"), "the tool");
  execFileSync("python3", ["-m", "zipfile", "-c", "tool.zip", "tool"], { cwd: folder });
  server = createServer((request, response) => {
    const file = files.get(request.url ?? "");
    response.writeHead(file ? 200 : 404).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function publish(digest?: string): void {
  const zip = readFileSync(join(folder, "tool.zip"));
  const actual = createHash("sha256").update(zip).digest("hex");
  files.set("/1.0/tool.zip", zip);
  files.set("/1.0/SUMS", Buffer.from(`${"0".repeat(64)}  other.zip\n${digest ?? actual}  tool.zip\n`));
}

function fetchTool(): Promise<"done" | "unreachable"> {
  const release = { folder: `${site}/1.0`, zip: "tool.zip", checksums: "SUMS", member: "tool" };
  return downloadRelease(release, join(folder, "target"), () => {});
}

afterEach(() => {
  files.clear();
  rmSync(join(folder, "target"), { force: true });
});

describe("a published release", () => {
  it("is unpacked when its digest is the published one, and leaves nothing else", async () => {
    publish();
    expect(await fetchTool()).toBe("done");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe("the tool");
    expect(readdirSync(folder).sort()).toEqual(["target", "tool", "tool.zip"]);
  });

  it("is refused when its digest is another", async () => {
    publish("f".repeat(64));
    await expect(fetchTool()).rejects.toThrow(/tool\.zip has the sha256 [0-9a-f]{64}, but its publisher lists f{64}/);
    expect(existsSync(join(folder, "target"))).toBe(false);
  });

  it("counts as unreachable when the site does not have it", async () => {
    expect(await fetchTool()).toBe("unreachable");
    publish();
    files.delete("/1.0/tool.zip");
    expect(await fetchTool()).toBe("unreachable");
  });

  it("is looked up in the list by its whole name", () => {
    const list = `${"a".repeat(64)}  x-tool.zip\n${"b".repeat(64)} *tool.zip\n`;
    expect(checksumIn(list, "tool.zip")).toBe("b".repeat(64));
    expect(checksumIn(list, "ool.zip")).toBeUndefined();
  });
});
