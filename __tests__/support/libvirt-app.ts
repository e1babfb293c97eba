import { readFileSync } from "node:fs";
import { App, TerraformStack } from "cdktf";
import { Image, LibvirtMachines, type LibvirtMachinesProps, LibvirtNetwork, useProviders } from "../../index";

/** What a test varies: `props.json` in the project's folder. */
export interface LibvirtAppProps extends Omit<LibvirtMachinesProps, "image" | "network"> {
  /** Path of a qcow2. */
  readonly disk: string;
  /** 64 hex digits. */
  readonly fingerprint: string;
  /** Of an isolated network. */
  readonly cidr: string;
}

const { disk, fingerprint, cidr, ...props } = JSON.parse(readFileSync("props.json", "utf8")) as LibvirtAppProps;
const app = new App();
const stack = new TerraformStack(app, "machines");
useProviders(stack);
const login = { username: "admin", method: "key" } as const;
const image = Image.fromPath({ name: "demo", path: disk, format: "qcow2", fingerprint, login });
new LibvirtMachines(stack, "web", { image, network: LibvirtNetwork.isolated(cidr), ...props });
app.synth();
