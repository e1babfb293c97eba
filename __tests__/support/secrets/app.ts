import { App, TerraformStack, TerraformVariable } from "cdktf";
import { Image, type ImageProps, InstallMedium, Kickstart, Login, Secret, useProviders } from "../../../index";
import { DEMO_INSTALLER } from "../../../kickstart/demo";

/** What the app of a deployment with canaries is given, by the environment variable CANARY_APP. */
export interface CanaryApp {
  /** "tiny" is written by a boot sector in seconds, "demo" installed by the demo installer. */
  readonly image: "tiny" | "demo";
  readonly iso: string;
  readonly sha256: string;
  readonly kickstart: string;
  readonly provisioner: string;
  /** The file with the secret ROOT_HASH. */
  readonly hashFile: string;
}

const given = JSON.parse(process.env["CANARY_APP"] ?? "{}") as CanaryApp;

const IMAGES: Record<CanaryApp["image"], Partial<ImageProps>> = {
  tiny: {
    buildLogin: Login.none(),
    proof: "none", // its boot sector writes a disk that does not start
    diskSize: "64M",
    memoryMiB: 64,
    cpus: 1,
    bootWaitSeconds: 1,
    bootCommand: [],
    delivery: "cd",
    accelerator: "tcg",
  },
  demo: { boot: "kernel", diskSize: "2G", memoryMiB: 1024, provisioners: [given.provisioner] },
};

const app = new App();
const stack = new TerraformStack(app, "canaries");
useProviders(stack);
const token = new TerraformVariable(stack, "api_token", { type: "string", sensitive: true });
/** One secret of each kind, each named for where it comes from. */
const secrets = [
  Secret.fromFile("ROOT_HASH", given.hashFile),
  Secret.fromEnv("USER_PASSWORD"),
  Secret.fromEnv("REPO_PASSWORD"),
  Secret.fromVariable("API_TOKEN", token),
];
new Image(stack, "image", {
  name: "canaries",
  release: DEMO_INSTALLER,
  medium: InstallMedium.iso({ url: given.iso, checksum: `sha256:${given.sha256}` }),
  kickstart: Kickstart.fromText(given.kickstart, { secrets }),
  ...IMAGES[given.image],
}).addOutputs();
app.synth();
