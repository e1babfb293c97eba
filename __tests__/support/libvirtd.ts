import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./temporary";

const ROOT = resolve(__dirname, "../..");

/** Why tests cannot have a libvirtd here; undefined if they can. Gets libvirt and its provider if they are missing. */
export function whyNoLibvirt(): string | undefined {
  if (process.getuid?.() !== 0) return "only root may start libvirtd";
  const namespaces = ["--mount", "--net", "ip", "link", "set", "lo", "up"];
  if (spawnSync("unshare", namespaces).status !== 0)
    return "no network namespace may be made here, or iproute2 is missing";
  const words = [join(ROOT, "bin/os-images.js"), "setup", "--libvirt"];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1);
}

/** Prints what the server at an address says first. */
const GREETING =
  "const { connect } = require('node:net');" +
  "const socket = connect({ host: process.argv[1], port: 22, timeout: 5000 });" +
  "socket.once('data', (bytes) => process.stdout.write(bytes, () => process.exit()));" +
  "socket.once('timeout', () => process.exit(1));";

/**
 * A libvirtd of the test's own, which shares nothing with the system's. It and its machines are in a network namespace:
 * what talks to a machine, such as a deploy, is started by `inNetwork`. Its socket is reached from everywhere.
 */
export class Libvirtd {
  /** Folder of its sockets, disks and consoles. Emulators run as another user and look into it. */
  readonly folder = temporaryFolder("libvirtd");
  readonly uri = `qemu:///system?socket=${this.folder}/sockets/libvirt-sock`;

  start(): void {
    chmodSync(this.folder, 0o711);
    const script = join(__dirname, "libvirtd.sh");
    const words = ["--mount", "--propagation", "private", "--net", "sh", script, this.folder];
    const { status, stderr } = spawnSync("unshare", words, { encoding: "utf8" });
    if (status !== 0) throw new Error(`libvirtd did not start\n${stderr}`);
    this.virsh("capabilities"); // asks every emulator what it can do, which takes seconds once
  }

  /** A command as one that runs in the machines' network, where nothing but these machines can be reached. */
  inNetwork(command: string, words: readonly string[]): [command: string, words: string[]] {
    // Of virtlogd, as a test may end libvirtd.
    return ["nsenter", ["--target", String(this.pid("virtlogd")), "--net", command, ...words]];
  }

  /** What the sshd at an address says first; throws if there is none. */
  greeting(address: string): string {
    const { status, stdout } = spawnSync(...this.inNetwork(process.execPath, ["-e", GREETING, address]), {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`no answer from ${address}`);
    return stdout;
  }

  /** A daemon started later would not know its machines and networks. */
  private stop(): void {
    for (const name of ["libvirtd", "virtlogd"]) {
      const pid = this.pid(name);
      if (pid !== undefined) end(pid);
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

  private pid(daemon: string): number | undefined {
    const file = join(this.folder, `${daemon}.pid`);
    return existsSync(file) ? Number(readFileSync(file, "utf8")) : undefined;
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
