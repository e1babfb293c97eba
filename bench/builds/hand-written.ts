import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { demoMedium } from "../../__tests__/support/request";
import { timed } from "../measure";
import { inTemporaryFolder } from "../temporary";
import { BUILD_USER, kickstartWithKey } from "./medium";

/**
 * Wall time, in seconds, of a bare `packer build` of the demo image with the settings of a usual, hand-written
 * template: a wait of 10 s, keys at the default speed, Packer's own retries, no sealing. Of its options, those are
 * changed that name CentOS 7, its password and its accelerator.
 */
export async function buildWithHandWrittenTemplate(): Promise<number> {
  return inTemporaryFolder(async (folder) => {
    const { text, privateKey } = kickstartWithKey();
    mkdirSync(join(folder, "http"));
    writeFileSync(join(folder, "http", "demo.cfg"), text);
    writeFileSync(join(folder, "key.pem"), privateKey, { mode: 0o600 });
    writeFileSync(join(folder, "image.pkr.json"), JSON.stringify(template()));
    const words = ["build", "-color=false", "image.pkr.json"];
    const program = requireTool("packer").path;
    return (await timed({ program, words, cwd: folder, env: toolEnvironment() })).seconds;
  });
}

function template(): object {
  const file = join(__dirname, "..", "..", "__tests__", "data", "hand-written.pkr.json");
  const { builders } = JSON.parse(readFileSync(file, "utf8")) as { builders: [Record<string, unknown>] };
  const gone = ["type", "iso_checksum_type", "ssh_password"];
  const options = Object.fromEntries(Object.entries(builders[0]).filter(([name]) => !gone.includes(name)));
  const medium = demoMedium();
  const image = {
    ...options,
    iso_url: medium.iso,
    iso_checksum: `sha256:${medium.sha256}`,
    accelerator: "tcg",
    disk_size: "2048M",
    memory: 1024,
    vm_name: "demo",
    ssh_username: BUILD_USER,
    ssh_private_key_file: "key.pem",
    shutdown_command: "sudo -n shutdown -P now",
    boot_command: ["<up><tab> inst.text inst.ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/demo.cfg<enter><wait>"],
  };
  return {
    packer: { required_plugins: { qemu: { source: "github.com/hashicorp/qemu", version: ">= 1.0.9" } } },
    source: { qemu: { image } },
    build: { sources: ["source.qemu.image"] },
  };
}
