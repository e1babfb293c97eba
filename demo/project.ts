import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Libvirtd } from "../__tests__/support/libvirtd";
import { temporaryFolder } from "../__tests__/support/temporary";
import { toolEnvironment } from "../host/environment";
import { requireTool } from "../host/find";
import { run } from "../util/run";
import type { DemoSettings } from "./app";

const ROOT = join(__dirname, "..");

/** Prints a page, or fails after some seconds. */
const FETCH =
  "fetch(process.argv[1], { signal: AbortSignal.timeout(5000) })" +
  ".then((answer) => answer.text()).then((text) => process.stdout.write(text))";

/** A machine that libvirt runs. */
export interface RunningMachine {
  /** Its name on the hypervisor. */
  readonly domain: string;
  /** Of the image that it was made from: 12 hex digits. */
  readonly fingerprint: string;
}

/** A folder with the demo's app in it, which deploys to a libvirtd. */
export class DemoProject {
  readonly folder = temporaryFolder("demo");
  private readonly store = join(this.folder, "images", "web-image");

  /** @param files folder with web.cfg, the kickstart, and the playbook if there is one */
  constructor(
    private readonly libvirtd: Libvirtd,
    files: string,
    readonly settings: Omit<DemoSettings, "uri" | "poolPath" | "cidr">,
  ) {
    cpSync(files, this.folder, { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    const app = `node --require tsx/cjs ${join(__dirname, "app.ts")}`;
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "demo" }));
    const { uri, folder } = libvirtd;
    const whole: DemoSettings = { ...settings, uri, poolPath: join(folder, "pool"), cidr: "10.214.0.0/24" };
    writeFileSync(join(this.folder, "settings.json"), JSON.stringify(whole));
  }

  /** Deploys all stacks; `onLine` gets what is printed. @throws UserError if that fails */
  async deploy(onLine: (line: string) => void): Promise<void> {
    const words = [join(ROOT, "bin/os-images.js"), "deploy", "*", "--auto-approve"];
    const take = (line: string): boolean => {
      onLine(line);
      return false;
    };
    const [command, all] = this.libvirtd.inNetwork(process.execPath, words);
    await run(command, all, { cwd: this.folder, env: toolEnvironment(), onLine: take });
  }

  /** Destroys all stacks. @throws UserError if that fails */
  async destroy(): Promise<void> {
    const words = ["destroy", "-auto-approve", "-input=false", "-no-color"];
    for (const stack of ["machines", "web-image"]) {
      const cwd = join(this.folder, "cdktf.out/stacks", stack);
      await run(requireTool("terraform").path, words, { cwd, env: toolEnvironment() });
    }
  }

  /** Changes a line of the kickstart. */
  changeKickstart(from: string, to: string): void {
    const file = join(this.folder, "web.cfg");
    const text = readFileSync(file, "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    writeFileSync(file, text.replace(from, to));
  }

  /** What libvirt runs. */
  running(): RunningMachine[] {
    return this.libvirtd.domains().map((domain) => {
      const [, fingerprint = ""] = this.libvirtd.virsh("desc", domain).trim().split(" ");
      return { domain, fingerprint: fingerprint.slice(0, 12) };
    });
  }

  /** The machines' disks, and the copies of images under them. */
  disks(): string[] {
    return this.libvirtd.volumes("web");
  }

  /** The machines' addresses, as Terraform has them. */
  addresses(): string[] {
    const { outputs } = JSON.parse(readFileSync(join(this.folder, "terraform.machines.tfstate"), "utf8")) as {
      outputs: { web_addresses: { value: Record<string, string> } };
    };
    return Object.values(outputs.web_addresses.value);
  }

  /** What a web server at an address answers. @throws UserError if none does */
  page(address: string): Promise<string> {
    return run(...this.libvirtd.inNetwork(process.execPath, ["-e", FETCH, `http://${address}/`]));
  }

  /** Manifests of the images in the store, by the first 12 digits of their fingerprints. */
  images(): Map<string, string> {
    const manifest = (name: string): string => join(this.store, name, "manifest.json");
    const names = readdirSync(this.store).filter((name) => existsSync(manifest(name)));
    return new Map(names.map((name) => [name, readFileSync(manifest(name), "utf8")]));
  }
}
