import { createReadStream, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { utils } from "ssh2";
import { copyFromMedium } from "../../builder/iso9660";
import { bootMachine } from "../../machine/boot";
import { cacheDir } from "../../host/cache";
import { deliver, type Way } from "../support/delivery";
import { demoKickstart, demoMedium, testMedium } from "../support/request";
import { temporaryFolder } from "../support/temporary";

const store = temporaryFolder("delivery");

const ways = (["bios", "uefi"] as const).flatMap((firmware) =>
  (["http", "cd"] as const).flatMap((delivery) =>
    (["bootCommand", "kernel"] as const).map((boot): Way => ({ firmware, delivery, boot })),
  ),
);

test.each(ways)(
  "a kickstart by $delivery, its installer started by $boot with $firmware, arrives byte for byte",
  async (way) => {
    await expect(deliver(store, way)).resolves.toHaveProperty("disk");
  },
  600_000,
);

/** The demo installer cannot read the CD of a q35 machine: kernel, kickstart and archive come another way. */
test("a UEFI image of a q35 machine, its medium on a server, starts a machine without a boot entry for it", async () => {
  const medium = demoMedium();
  const archive = join(store, "rootfs.tar");
  copyFromMedium(medium.iso, "rootfs.tar", archive);
  const server = createServer(({ url }, response) =>
    createReadStream(url === "/medium.iso" ? medium.iso : archive).pipe(response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const key = utils.generateKeyPairSync("ed25519");
  const sshKey = join(store, "key");
  writeFileSync(sshKey, key.private, { mode: 0o600 });
  try {
    // Under QEMU's user network the host's loopback is 10.0.2.2.
    const { port } = server.address() as AddressInfo;
    const url = `http://10.0.2.2:${port}/rootfs.tar`;
    const kickstart = demoKickstart(key.public).replace(/file:\S+rootfs\.tar/, url);
    const served = testMedium({ ...medium, iso: `http://127.0.0.1:${port}/medium.iso` });
    const way: Way = { firmware: "uefi", delivery: "http", boot: "kernel" };
    const { disk, manifest } = await deliver(store, way, { kickstart, medium: served, machineType: "q35" });
    const folder = join(store, "machine");
    const options = { name: "machine", folder, image: disk, manifest, username: "admin", sshKey };
    expect(await bootMachine({ ...options, firmware: "uefi", memoryMib: 1024 })).toBe(0);
    expect(readFileSync(join(folder, "console.log"), "latin1")).toContain("demo login:");
  } finally {
    server.close();
    rmSync(join(cacheDir(), "media", `${medium.sha256}.iso`), { force: true });
  }
}, 900_000);
