import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../../host/find";
import { startQemu } from "../../../machine/qemu";
import { temporaryFolder } from "../../support/temporary";

const root = temporaryFolder("machine");

test.each([
  ["has a comma", "a,b"],
  ["is longer than a socket's path may be", "long".repeat(40)],
])(
  "a machine starts in a folder whose path %s",
  async (_, name) => {
    const folder = join(root, name);
    mkdirSync(folder);
    const overlay = join(folder, "overlay.qcow2");
    spawnSync(requireTool("qemu-img").path, ["create", "-q", "-f", "qcow2", overlay, "1M"]);
    const binary = requireTool("qemu-system-x86_64").path;
    const machine = await startQemu({ binary, accelerator: "tcg", folder, overlay, memoryMiB: 64 });
    expect(machine.sshPort).toBeGreaterThan(0);
    await machine.monitor.execute("quit").catch(() => undefined);
    await machine.ended;
  },
  30_000,
);
