import { App, TerraformOutput, TerraformStack } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, OsRelease } from "os-images";

const app = new App();

const web = new ImageStack(app, "web", {
  // Not in the catalogue: what is left out is as in Enterprise Linux 9. For Rocky Linux 9, write OsRelease.ROCKY_9.
  release: OsRelease.custom({ id: "demo", title: "Demo", dialect: "rhel9", minimumMemoryMiB: 512 }),
  medium: InstallMedium.iso({ url: process.env["ISO"] ?? "", checksum: `sha256:${process.env["ISO_SHA256"]}` }),
  kickstart: Kickstart.fromFile("web.cfg"),
  boot: "kernel", // started directly: no keys are typed at its boot menu, none can be lost
  diskSize: "2G",
  memoryMiB: 1024,
});

const servers = new TerraformStack(app, "web-servers");
const { path, fingerprint } = web.image.referTo(servers);
new TerraformOutput(servers, "disk", { value: path, staticId: true });
new TerraformOutput(servers, "made_from", { value: fingerprint, staticId: true });

app.synth();
