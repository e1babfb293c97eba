import { App, TerraformStack, TerraformVariable } from "cdktf";
import { rhel9 } from "./imports/kickstart/rhel9";
import {
  Image,
  ImageStack,
  InstallMedium,
  Kickstart,
  Login,
  OsRelease,
  Secret,
  SmokeTestStack,
  useProviders,
} from "./index";
import { demo as demoKickstart, DEMO_INSTALLER } from "./kickstart/demo";
import { refusePlan } from "./constructs/image-stack";
import { setUpForDemo } from "./setup/demo";

const app = new App();

/* The default image, installed by the project's own demo installer, and a machine that proves it. */

const { medium, adminKey, missing } = setUpForDemo();
const demo = new ImageStack(app, "demo", {
  release: DEMO_INSTALLER,
  medium,
  kickstart: Kickstart.typed(rhel9, demoKickstart({ hostname: "demo", adminKey: adminKey.publicKey })),
  boot: "kernel",
  diskSize: "2G",
  memoryMiB: 1024,
  login: { username: "admin", method: "key" },
});
new SmokeTestStack(app, "demo-machine", { image: demo.image, sshKeyFile: adminKey.file });
if (missing !== undefined) refusePlan(demo, missing);

/* Rocky Linux from its vendor's medium; its digest is in images.lock.json. */

new ImageStack(app, "rocky9", {
  release: OsRelease.ROCKY_9,
  medium: InstallMedium.iso({
    url: "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64/Rocky-9.6-x86_64-minimal.iso",
    checksumUrl: "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64/CHECKSUM",
  }),
  kickstart: Kickstart.fromTemplate("kickstart/rocky9.cfg.tmpl", { hostname: "rocky9" }),
  revision: "2026-11",
});

/* The image that the project began with: CentOS 7 for Xen, its medium chosen when Terraform runs. */

const centos7 = new TerraformStack(app, "centos7");
useProviders(centos7);
const isoUrl = new TerraformVariable(centos7, "iso_url", {
  type: "string",
  description: "Path or URL of a CentOS 7 medium.",
  default: "https://vault.centos.org/7.9.2009/isos/x86_64/CentOS-7-x86_64-Minimal-2009.iso",
  validation: [
    {
      condition: '${can(regex("^(https?://|/).+[.]iso$", var.iso_url))}',
      errorMessage: "iso_url must be an absolute path or an http(s) URL that ends with .iso.",
    },
  ],
});
const isoSha256 = new TerraformVariable(centos7, "iso_sha256", {
  type: "string",
  description: "Its sha256, 64 hex digits.",
  default: "07b94e6b1a0b0260b94c83d6bb76b26bf7a310dc78d7a9c7432809fb9bc6194a",
  validation: [
    {
      condition: '${can(regex("^[0-9a-f]{64}$", var.iso_sha256))}',
      errorMessage: "iso_sha256 must be 64 hex digits in lower case.",
    },
  ],
});
const rootPassword = Secret.fromEnv("ROOT_PASSWORD");
new Image(centos7, "image", {
  name: "centos7",
  release: OsRelease.CENTOS_7,
  medium: InstallMedium.iso({ url: isoUrl.stringValue, checksum: `sha256:${isoSha256.stringValue}` }),
  kickstart: Kickstart.fromTemplate("kickstart/centos7.cfg.tmpl", {
    hostname: "centos7",
    install_url: "http://vault.centos.org/7.9.2009/os/x86_64/",
    repos: [{ name: "updates", baseurl: "http://vault.centos.org/7.9.2009/updates/x86_64/" }],
    root_password: rootPassword,
  }),
  buildLogin: Login.password(rootPassword, { username: "root" }),
  diskSize: "5000M",
  memoryMiB: 2048,
  bootCommand: ["<tab> text ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/${var.http_path}ks.cfg<enter><wait>"],
  loginTimeoutSeconds: 1200,
}).addOutputs();

app.synth();
