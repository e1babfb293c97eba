import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { awaitSsh } from "../../../machine/await-ssh";
import { temporaryFolder } from "../../support/temporary";

let server: Server | undefined;
afterEach(() => void server?.close());

async function serving(banner: string): Promise<number> {
  const started = createServer((socket) => socket.end(banner));
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return (started.address() as AddressInfo).port;
}

const machine = {
  name: "web-0",
  address: "127.0.0.1",
  seconds: 0.1,
  console: "virsh console web-0",
  manifest: "",
  copy: "",
};

describe("waiting for a machine", () => {
  it("ends when its sshd answers", async () => {
    const port = await serving("SSH-2.0-OpenSSH_9.2\r\n");
    expect(await awaitSsh({ ...machine, port })).toBe(0);
  });

  it("fails with the way to its console if something else answers, or nothing", async () => {
    const port = await serving("HTTP/1.1 400 Bad Request\r\n");
    await expect(awaitSsh({ ...machine, port })).rejects.toThrow("look at its console, `virsh console web-0`");
    await expect(awaitSsh({ ...machine, port: 1 })).rejects.toThrow("ECONNREFUSED");
    await expect(awaitSsh({ ...machine, port, address: "" })).rejects.toThrow("it has no address");
  });

  it("notes the copy of the image with the image", async () => {
    const image = temporaryFolder();
    const copy = join(image, "copy");
    writeFileSync(copy, "");
    mkdirSync(join(image, "users"));
    const port = await serving("SSH-2.0-x\r\n");
    await awaitSsh({ ...machine, port, manifest: join(image, "manifest.json"), copy });
    expect(readdirSync(join(image, "users"))).toHaveLength(1);
    expect(existsSync(copy)).toBe(true);
  });
});
