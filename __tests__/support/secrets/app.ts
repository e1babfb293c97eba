import { TerraformVariable, type TerraformStack } from "cdktf";
import type { ImageProps } from "../../../constructs/image";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { synthesize } from "../../../constructs/synthesize";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { OsRelease } from "../../../recipe/release";
import { Secret } from "../../../recipe/secret";

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

/** One secret of each kind, each named for where it comes from. */
function secrets(stack: TerraformStack): Secret[] {
  const token = new TerraformVariable(stack, "api_token", { type: "string", sensitive: true });
  return [
    Secret.fromFile("ROOT_HASH", given.hashFile),
    Secret.fromEnv("USER_PASSWORD"),
    Secret.fromEnv("REPO_PASSWORD"),
    Secret.fromVariable("API_TOKEN", token),
  ];
}

const IMAGES: Record<CanaryApp["image"], Partial<ImageProps>> = {
  tiny: {
    login: Login.none(),
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

synthesize((app) => {
  new ImageStack(app, "canaries", (stack) => ({
    release: OsRelease.DEMO,
    medium: InstallMedium.iso({ url: given.iso, checksum: `sha256:${given.sha256}` }),
    kickstart: Kickstart.fromText(given.kickstart, { secrets: secrets(stack) }),
    ...IMAGES[given.image],
  }));
});
