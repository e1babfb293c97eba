import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { requireTool } from "../../host/find";
import { temporaryFolder } from "./temporary";

/** What a machine of the demo installer's tests is made of. */
export interface MachineOptions {
  readonly iso: string;
  /** @default "pc" */
  readonly machineType?: string;
  /** Content of /ks.cfg on a second CD labelled OEMDRV. */
  readonly oemdrv?: string;
  /** Starts the medium's kernel directly, with this on its line; otherwise the machine starts from the medium. */
  readonly append?: string;
  /** Bytes of the blank disk. */
  readonly diskBytes?: number;
  /** More arguments of QEMU. */
  readonly more?: readonly string[];
}

/** An emulated machine with the demo installer's medium. Everything lies in a folder of its own. */
export class InstallerMachine {
  readonly folder = temporaryFolder("installer-machine");
  private process: ChildProcess | undefined;

  constructor(private readonly options: MachineOptions) {}

  /** Switches the machine on. */
  start(): void {
    const { iso, machineType = "pc", oemdrv, append, diskBytes = 2 ** 31, more = [] } = this.options;
    const disk = this.path("disk.qcow2");
    this.tool("qemu-img", ["create", "-q", "-f", "qcow2", disk, String(diskBytes)]);
    const args = [
      "-machine",
      `${machineType},accel=tcg`,
      "-m",
      "768",
      "-smp",
      "2",
      "-display",
      "none",
      "-boot",
      "once=d",
    ];
    args.push("-serial", `file:${this.path("serial")}`, "-monitor", `unix:${this.path("monitor")},server,nowait`);
    args.push("-drive", `if=virtio,file=${disk},cache=unsafe`, "-drive", `media=cdrom,file=${iso},index=2`);
    args.push("-device", "virtio-rng");
    if (oemdrv !== undefined) args.push("-drive", `media=cdrom,file=${this.oemdrv(oemdrv)},index=3`);
    if (append !== undefined) args.push("-no-reboot", ...this.directKernel(append));
    this.process = spawn(requireTool("qemu-system-x86_64").path, [...args, ...more], { stdio: "inherit" });
  }

  /** Everything that the machine wrote to its serial port so far. */
  serial(): string {
    const file = this.path("serial");
    return statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, "utf8") : "";
  }

  /** Waits until the serial port said this; fails with its last lines when it did not in time. */
  async says(pattern: RegExp, seconds: number): Promise<RegExpExecArray> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const found = pattern.exec(this.serial());
      if (found) return found;
      if (Date.now() > end) {
        throw new Error(`the serial port did not say ${String(pattern)}:\n${this.serial().slice(-2000)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  /** Gives QEMU's monitor a command, e.g. "sendkey ret". */
  async monitor(command: string): Promise<void> {
    const socket = connect(this.path("monitor"));
    await once(socket, "data");
    socket.write(`${command}\n`);
    await once(socket, "data");
    socket.destroy();
  }

  /** Waits until the machine has switched itself off. */
  async ended(seconds: number): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null) return;
    const timeout = new Promise((_, reject) =>
      setTimeout(() => reject(new Error("the machine is still on")), seconds * 1000).unref(),
    );
    await Promise.race([once(child, "exit"), timeout]);
  }

  /** Switches the machine off. */
  async stop(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  private oemdrv(kickstart: string): string {
    writeFileSync(this.path("ks.cfg"), kickstart);
    this.tool("xorriso", [
      "-as",
      "mkisofs",
      "-quiet",
      "-V",
      "OEMDRV",
      "-o",
      this.path("oemdrv.iso"),
      this.path("ks.cfg"),
    ]);
    return this.path("oemdrv.iso");
  }

  private directKernel(append: string): string[] {
    const pxeboot = this.path("pxeboot");
    this.tool("xorriso", ["-osirrox", "on", "-indev", this.options.iso, "-extract", "/images/pxeboot", pxeboot]);
    return ["-kernel", join(pxeboot, "vmlinuz"), "-initrd", join(pxeboot, "initrd.img"), "-append", append];
  }

  private tool(name: string, args: readonly string[]): void {
    const { status, stderr } = spawnSync(requireTool(name).path, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
  }
}
