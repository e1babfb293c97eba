import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Qmp } from "../../../host/qmp";
import { requireTool } from "../../../host/find";
import { shellQuote } from "../../../util/shell-quote";
import { type HostConnection, sshWords } from "../../../xen/host";
import { type XenHostFiles, xenHostFiles } from "./make";

/** From power-on to its sshd, and from there to an answer, in seconds: emulated, on a busy machine. */
const START_SECONDS = 300;

/** A running Xen host of the tests', on loopback. */
export class XenHost {
  private constructor(
    readonly files: XenHostFiles,
    private readonly process: ChildProcess,
    /** Port of its sshd. */
    readonly port: number,
    readonly knownHostsFile: string,
  ) {}

  /** Starts one in a folder of its own: an overlay on the cached disk, its console in serial.log. */
  static async start(folder: string): Promise<XenHost> {
    const files = await xenHostFiles();
    const disk = join(folder, "dom0.qcow2");
    spawnSync(requireTool("qemu-img").path, ["create", "-q", "-f", "qcow2", "-b", files.disk, "-F", "raw", disk]);
    const words = [
      ["-machine", "pc,accel=tcg", "-cpu", "qemu64,+npt", "-smp", "2", "-m", "2048", "-nodefaults", "-no-reboot"],
      ["-display", "none", "-serial", "file:serial.log", "-kernel", files.xen],
      ["-append", "console=com1 com1=115200,8n1 dom0_mem=768M,max:768M dom0_max_vcpus=1"],
      ["-initrd", `${files.kernel} console=hvc0 quiet,${files.initramfs}`],
      ["-drive", `file=${disk},if=virtio,format=qcow2,cache=unsafe`],
      [
        "-netdev",
        "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-10.0.2.10:22",
        "-device",
        "virtio-net-pci,netdev=net",
      ],
      ["-chardev", "socket,id=monitor,path=monitor.sock,server=on,wait=off", "-mon", "chardev=monitor,mode=control"],
    ].flat();
    const qemu = spawn(requireTool("qemu-system-x86_64").path, words, { cwd: folder, stdio: "ignore" });
    const end = (): void => void qemu.kill("SIGKILL");
    process.once("exit", end);
    const console = (): string => readFileSync(join(folder, "serial.log"), "utf8");
    for (let left = START_SECONDS; ; left--) {
      await pause(1000);
      if (qemu.exitCode !== null) throw new Error("the Xen host ended");
      if (console().includes("dom0 is ready")) break;
      if (left === 0) end();
    }
    const monitor = await Qmp.connect(join(folder, "monitor.sock"));
    const usernet = await monitor.human("info usernet");
    const port = Number(/127\.0\.0\.1\s+(\d+)\s+10\.0\.2\.10\s+22/.exec(usernet)?.[1]);
    const knownHosts = join(folder, "known_hosts");
    writeFileSync(knownHosts, `[127.0.0.1]:${port} ${files.hostKey}\n`);
    return new XenHost(files, qemu, port, knownHosts);
  }

  private get connection(): HostConnection {
    const { port, knownHostsFile } = this;
    return { address: "127.0.0.1", port, username: "root", keyFile: this.files.key, knownHostsFile };
  }

  /** Runs a command on the host as its administrator would, and gives what it printed. */
  run(command: string): string {
    const { status, stdout, stderr } = spawnSync("ssh", [...sshWords(this.connection), command], { encoding: "utf8" });
    if (status !== 0) throw new Error(`"${command}" ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  /** What a guest has written to its console since the console was forgotten last. */
  console(guest: string): string {
    return this.run(`cat /var/log/xen/console/guest-${guest}.log 2>/dev/null || true`);
  }

  /** A guest that is started after this has a console of its own. */
  forgetConsole(guest: string): void {
    this.run(`rm -f /var/log/xen/console/guest-${guest}.log`);
  }

  /**
   * Runs a command in a guest, logged in by way of the host.
   * @param key Path of the user's private key
   */
  runInGuest(
    login: { readonly address: string; readonly user: string; readonly key: string },
    command: string,
  ): string {
    const words = sshWords(this.connection);
    const jump = ["ssh", ...words.slice(0, -2), "-W", "%h:%p", ...words.slice(-2)].map(shellQuote).join(" ");
    const options = {
      ProxyCommand: jump,
      StrictHostKeyChecking: "no",
      UserKnownHostsFile: "/dev/null",
      BatchMode: "yes",
    };
    const given = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    const target = ["-i", login.key, "-l", login.user, login.address];
    const { status, stdout, stderr } = spawnSync("ssh", [...given, ...target, command], { encoding: "utf8" });
    if (status !== 0) throw new Error(`"${command}" ended with ${status}: ${stderr}`);
    return stdout.trim();
  }

  stop(): void {
    this.process.kill("SIGKILL");
  }
}
