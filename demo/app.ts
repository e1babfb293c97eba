/** The demo's app: an image, machines made from it, and a playbook that puts a web server on them. */
import { readFileSync } from "node:fs";
import { App, TerraformStack } from "cdktf";
import {
  AnsibleRun,
  ImageStack,
  InstallMedium,
  Kickstart,
  LibvirtMachines,
  LibvirtNetwork,
  Login,
  useProviders,
} from "../index";
import { DEMO_INSTALLER } from "../kickstart/demo";

/** What differs from one demo to another: `settings.json` in the project's folder. */
export interface DemoSettings {
  readonly medium: { readonly iso: string; readonly sha256: string };
  readonly count: number;
  /** Of each machine. */
  readonly memoryMiB: number;
  /**
   * Private key file of the user "admin".
   * @default - nobody logs in: the image has its web server already, and there is no playbook
   */
  readonly keyFile?: string;
  readonly uri: string;
  readonly poolPath: string;
  /** Of an isolated network. */
  readonly cidr: string;
}

const { medium, count, memoryMiB, keyFile, uri, poolPath, cidr } = JSON.parse(
  readFileSync("settings.json", "utf8"),
) as DemoSettings;
const authorizedKey = keyFile === undefined ? "" : readFileSync(`${keyFile}.pub`, "utf8").trim();

const app = new App();
const { image } = new ImageStack(app, "web-image", {
  release: DEMO_INSTALLER,
  medium: InstallMedium.iso({ url: medium.iso, checksum: `sha256:${medium.sha256}` }),
  kickstart: Kickstart.fromText(readFileSync("web.cfg", "utf8").replace("AUTHORIZED_KEY", authorizedKey)),
  boot: "kernel",
  diskSize: "2G",
  memoryMiB: 1024,
  checkpoints: "none",
  login: { username: "admin", method: "key" },
  ...(keyFile === undefined && { buildLogin: Login.none(), proof: "none" }),
});

const machines = new TerraformStack(app, "machines");
useProviders(machines);
const network = LibvirtNetwork.isolated(cidr);
const web = new LibvirtMachines(machines, "web", {
  image,
  count,
  memoryMiB,
  network,
  uri,
  poolPath,
  domainType: "qemu",
});
if (keyFile !== undefined) {
  new AnsibleRun(machines, "configure", { machines: web.machines, playbook: "ansible/site.yml", sshKeyFile: keyFile });
}

app.synth();
