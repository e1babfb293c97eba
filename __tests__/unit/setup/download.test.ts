import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { downloadRelease } from "../../../setup/download";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
let server: Server;
let site: string;
const files = new Map<string, Buffer>();

beforeAll(async () => {
  folder = temporaryFolder("release");
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
});

function publish(): void {
  files.set("/1.0/tool.zip", readFileSync(join(folder, "tool.zip")));
}

function fetchTool(digest?: string): Promise<"done" | "unreachable"> {
  const actual = createHash("sha256")
    .update(readFileSync(join(folder, "tool.zip")))
    .digest("hex");
  const release = { url: `${site}/1.0/tool.zip`, sha256: digest ?? actual, member: "tool" };
  return downloadRelease(release, join(folder, "target"), () => {});
}

afterEach(() => {
  files.clear();
  rmSync(join(folder, "target"), { force: true });
});

describe("a published release", () => {
  it("is unpacked when its digest is the pinned one, and leaves nothing else", async () => {
    publish();
    expect(await fetchTool()).toBe("done");
    expect(readFileSync(join(folder, "target"), "utf8")).toBe("the tool");
    expect(readdirSync(folder).sort()).toEqual(["target", "tool", "tool.zip"]);
  });

  it("is refused when its digest is another, whatever a list beside it says", async () => {
    publish();
    const actual = createHash("sha256")
      .update(readFileSync(join(folder, "tool.zip")))
      .digest("hex");
    files.set("/1.0/SUMS", Buffer.from(`${actual}  tool.zip\n`));
    await expect(fetchTool("f".repeat(64))).rejects.toThrow(/tool\.zip has the sha256 [0-9a-f]{64}, not f{64}/);
    expect(existsSync(join(folder, "target"))).toBe(false);
  });

  it("counts as unreachable when the site does not have it", async () => {
    expect(await fetchTool()).toBe("unreachable");
  });
});
