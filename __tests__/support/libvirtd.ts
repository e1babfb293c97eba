import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./temporary";

const ROOT = resolve(__dirname, "../..");

/** Why tests cannot have a libvirtd here; undefined if they can. Gets libvirt and its provider if they are missing. */
export function whyNoLibvirt(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may start libvirtd";
  if (spawnSync("unshare", ["--mount", "true"]).status !== 0) return "no mount namespace may be made here";
  const words = [join(ROOT, "bin/os-images.js"), "setup", "--libvirt"];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1);
}

/** A libvirtd of the test's own, which shares nothing with the system's but the network. */
export class Libvirtd {
  /** Folder of its sockets, disks and consoles. Emulators run as another user and look into it. */
  readonly folder = temporaryFolder("libvirtd");
  readonly uri = `qemu:///system?socket=${this.folder}/sockets/libvirt-sock`;

  start(): void {
    chmodSync(this.folder, 0o711);
    const script = join(__dirname, "libvirtd.sh");
    const { status, stderr } = spawnSync(
      "unshare",
      ["--mount", "--propagation", "private", "sh", script, this.folder],
      {
        encoding: "utf8",
      },
    );
    if (status !== 0) throw new Error(`libvirtd did not start\n${stderr}`);
    this.virsh("capabilities"); // asks every emulator what it can do, which takes seconds once
  }

  /** A daemon started later would not know its machines and networks. */
  private stop(): void {
    for (const name of ["libvirtd", "virtlogd"]) {
      const file = join(this.folder, `${name}.pid`);
      if (existsSync(file)) end(Number(readFileSync(file, "utf8")));
    }
  }

  /** Ends the machines and the networks too. */
  remove(): void {
    for (const name of this.domains()) spawnSync("virsh", ["-c", this.uri, "destroy", name]);
    for (const name of this.lines("net-list", "--name")) spawnSync("virsh", ["-c", this.uri, "net-destroy", name]);
    this.stop();
  }

  /** Names of all domains, running or not. */
  domains(): string[] {
    return this.lines("list", "--all", "--name").sort();
  }

  /** Names of the volumes in a pool whose name begins so. */
  volumes(pool: string): string[] {
    const name = this.lines("pool-list", "--all", "--name").find((one) => one.startsWith(pool));
    if (name === undefined) return [];
    this.virsh("pool-refresh", name);
    return this.lines("vol-list", name)
      .slice(2)
      .map((line) => line.trim().split(/\s+/)[0] ?? "");
  }

  virsh(...words: string[]): string {
    const { status, stdout, stderr } = spawnSync("virsh", ["-c", this.uri, ...words], { encoding: "utf8" });
    if (status !== 0) throw new Error(`virsh ${words.join(" ")} ended with ${status}\n${stdout}${stderr}`);
    return stdout;
  }

  private lines(...words: string[]): string[] {
    return this.virsh(...words)
      .split("\n")
      .map((line) => line.trimEnd())
      .filter((line) => line !== "");
  }
}

function end(pid: number): void {
  process.kill(pid);
  const deadline = Date.now() + 10_000;
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline) spawnSync("sleep", ["0.1"]);
}
