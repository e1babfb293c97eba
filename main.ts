import { TerraformVariable, type TerraformStack } from "cdktf";
import { type ImageProps } from "./constructs/image";
import { ImageStack } from "./constructs/image-stack";
import { Kickstart } from "./constructs/kickstart";
import { MachineStack } from "./constructs/machine-stack";
import { synthesize } from "./constructs/synthesize";
import { rhel9 } from "./imports/kickstart/rhel9";
import { demo as demoKickstart } from "./kickstart/demo";
import { demoMedium } from "./setup/demo-installer/install-medium";
import { adminKey } from "./setup/admin-key";
import { Login } from "./recipe/login";
import { InstallMedium } from "./recipe/medium";
import { OsRelease } from "./recipe/release";
import { Secret } from "./recipe/secret";

synthesize((app) => {
  const key = adminKey();

  const demo = new ImageStack(app, "demo", {
    release: OsRelease.DEMO,
    medium: demoMedium(),
    kickstart: Kickstart.typed(rhel9, demoKickstart({ hostname: "demo", adminKey: key.publicKey })),
    boot: "kernel",
    diskSize: "2G",
    memoryMiB: 1024,
    machineLogin: { username: "admin", method: "key" },
  });
  new MachineStack(app, "demo-machine", { image: demo.image, sshKeyFile: key.file });

  new ImageStack(app, "centos7", centos7);

  new ImageStack(app, "rocky9", {
    release: OsRelease.ROCKY_9,
    medium: InstallMedium.iso({
      url: "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64/Rocky-9.6-x86_64-minimal.iso",
      checksumUrl: "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64/CHECKSUM",
    }),
    kickstart: Kickstart.fromTemplate("kickstart/rocky9.cfg.tmpl", { hostname: "rocky9" }),
    revision: "2026-11",
  });
});

/** The image that the project began with: CentOS 7 for Xen, its medium chosen when Terraform runs. */
function centos7(stack: TerraformStack): ImageProps {
  const isoUrl = new TerraformVariable(stack, "iso_url", {
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
  const isoSha256 = new TerraformVariable(stack, "iso_sha256", {
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
  return {
    release: OsRelease.CENTOS_7,
    medium: InstallMedium.iso({ url: isoUrl.stringValue, checksum: `sha256:${isoSha256.stringValue}` }),
    kickstart: Kickstart.fromTemplate("kickstart/centos7.cfg.tmpl", {
      hostname: "centos7",
      install_url: "http://vault.centos.org/7.9.2009/os/x86_64/",
      repos: [{ name: "updates", baseurl: "http://vault.centos.org/7.9.2009/updates/x86_64/" }],
      root_password: rootPassword,
    }),
    login: Login.password(rootPassword, { username: "root" }),
    diskSize: "5000M",
    memoryMiB: 2048,
    bootCommand: ["<tab> text ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/${var.http_path}ks.cfg<enter><wait>"],
    loginTimeoutSeconds: 1200,
  };
}
