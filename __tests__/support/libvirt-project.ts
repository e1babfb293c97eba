import { spawnSync } from "node:child_process";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import type { LibvirtAppProps } from "./libvirt-app";
import type { Libvirtd } from "./libvirtd";
import { temporaryFolder } from "./temporary";

const ROOT = resolve(__dirname, "../..");

/** What `os-images deploy` came to. */
export interface Deployed {
  readonly status: number | null;
  readonly output: string;
}

/** A project with the app of libvirt-app.ts in it, deployed to a libvirtd of the test's. */
export class LibvirtProject {
  readonly folder = temporaryFolder("libvirt-project");
  private props: LibvirtAppProps;

  constructor(
    private readonly libvirtd: Libvirtd,
    image: Pick<LibvirtAppProps, "disk" | "fingerprint"> & Partial<LibvirtAppProps>,
  ) {
    const { uri, folder } = libvirtd;
    const cidr = "10.213.0.0/24";
    this.props = { uri, cidr, poolPath: join(folder, "pool"), domainType: "qemu", memoryMiB: 256, ...image };
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    const app = `node --require tsx/cjs ${join(ROOT, "__tests__/support/libvirt-app.ts")}`;
    const config = { language: "typescript", app, projectId: "libvirt-test" };
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify(config));
  }

  /** Of the machines' network. */
  get cidr(): string {
    return this.props.cidr;
  }

  /** Deploys the machines with what is changed of them, from now on. */
  deploy(changed: Partial<LibvirtAppProps> = {}): Deployed {
    this.props = { ...this.props, ...changed };
    writeFileSync(join(this.folder, "props.json"), JSON.stringify(this.props));
    return this.run(process.execPath, [join(ROOT, "bin/os-images.js"), "deploy", "--auto-approve"], this.folder);
  }

  /** The same, which has to work. */
  deployed(changed: Partial<LibvirtAppProps> = {}): string {
    const { status, output } = this.deploy(changed);
    if (status !== 0) throw new Error(`os-images deploy ended with ${status}\n${output}`);
    return output;
  }

  terraform(...words: string[]): Deployed {
    return this.run(requireTool("terraform").path, words, join(this.folder, "cdktf.out/stacks/machines"));
  }

  destroy(): Deployed {
    return this.terraform("destroy", "-auto-approve", "-input=false", "-no-color");
  }

  /** The machines' addresses by their names, as in the state. */
  addresses(): Record<string, string> {
    const state = JSON.parse(readFileSync(this.state, "utf8")) as {
      outputs: { web_addresses: { value: Record<string, string> } };
    };
    return state.outputs.web_addresses.value;
  }

  get state(): string {
    return join(this.folder, "terraform.machines.tfstate");
  }

  /** The pool's volumes. */
  volumes(): string[] {
    return this.libvirtd.volumes("web");
  }

  private run(command: string, words: readonly string[], cwd: string): Deployed {
    const { status, stdout, stderr } = spawnSync(...this.libvirtd.inNetwork(command, words), {
      cwd,
      encoding: "utf8",
      env: { ...process.env, ...toolEnvironment() },
    });
    return { status, output: stdout + stderr };
  }
}
