import { spawn, execFileSync } from "node:child_process";
import { join } from "node:path";
import { Client } from "ssh2";
import { freePort } from "../../host/free-port";
import { mediumKernelLine } from "../../builder/boot-menu";
import { copyFromMedium } from "../../builder/iso9660";
import { startRelay } from "../../builder/relay";
import { DEMO_INSTALLER } from "../../kickstart/demo";
import { requireTool } from "../../host/find";
import { demoMedium } from "../../__tests__/support/request";
import { inTemporaryFolder } from "../temporary";
import { BUILD_USER, kickstartWithKey, serve } from "./medium";

/** Wall times, in seconds. */
export interface Floor {
  /** Of the installation alone. */
  readonly installed: number;
  /** Of the installation, the start of the system, a login and powering off. */
  readonly off: number;
}

/**
 * QEMU alone doing the same installation, start and login of the demo image, and powering it off: no Packer, no builder.
 * What no builder can be faster than.
 */
export function buildByQemuAlone(): Promise<Floor> {
  return inTemporaryFolder(async (folder) => {
    const begun = performance.now();
    const { text, privateKey } = kickstartWithKey();
    const { port, server } = await serve(text);
    try {
      const { iso } = demoMedium();
      const kernel = join(folder, "kernel");
      const initrd = join(folder, "initrd");
      const disk = join(folder, "disk.qcow2");
      copyFromMedium(iso, DEMO_INSTALLER.kernel, kernel);
      copyFromMedium(iso, DEMO_INSTALLER.initrd, initrd);
      execFileSync(requireTool("qemu-img").path, ["create", "-q", "-f", "qcow2", disk, "2G"]);
      const line = `${mediumKernelLine(iso, "bios")} inst.text inst.ks=http://10.0.2.2:${port}/ks.cfg console=tty0 console=ttyS0,115200`;
      const direct = ["-no-reboot", "-kernel", kernel, "-initrd", initrd, "-append", line];
      await qemu(disk, iso, folder, direct);
      const installed = (performance.now() - begun) / 1000;
      const forwarded = await freePort();
      const machine = qemu(disk, iso, folder, [], `,hostfwd=tcp:127.0.0.1:${forwarded}-:22`);
      await powerOff(forwarded, privateKey);
      await machine;
      return { installed, off: (performance.now() - begun) / 1000 };
    } finally {
      server.close();
    }
  });
}

/** Resolves when that QEMU has ended well. */
function qemu(disk: string, iso: string, folder: string, more: readonly string[], forward = ""): Promise<void> {
  const words = ["-machine", "type=pc,accel=tcg", "-cpu", "max", "-smp", "1", "-m", "1024M", "-display", "none"];
  words.push("-serial", `file:${join(folder, "console.log")}`, "-monitor", "none");
  words.push("-netdev", `user,id=n${forward}`, "-device", "virtio-net,netdev=n");
  words.push("-drive", `file=${disk},if=virtio,cache=unsafe,discard=unmap,format=qcow2,detect-zeroes=unmap`);
  words.push("-drive", `file=${iso},media=cdrom`, ...more);
  const child = spawn(requireTool("qemu-system-x86_64").path, words, { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => (status === 0 ? resolve() : reject(new Error(`QEMU ended with ${status}`))));
  });
}

/** Logs in the moment that the server answers, and powers the guest off. */
async function powerOff(port: number, privateKey: string): Promise<void> {
  const relay = await startRelay(() => undefined);
  relay.forwardTo(port);
  const client = new Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.on("ready", () =>
        client.exec("sudo -n systemctl poweroff", (error) => (error ? reject(error) : resolve())),
      );
      client.on("error", reject);
      client.connect({ host: "127.0.0.1", port: relay.port, username: BUILD_USER, privateKey, readyTimeout: 300_000 });
    });
  } finally {
    client.on("error", () => undefined);
    setTimeout(() => {
      client.destroy();
      relay.close();
    }, 3_000).unref();
  }
}
