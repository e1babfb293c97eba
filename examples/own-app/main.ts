import { TerraformOutput, TerraformStack } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, OsRelease, synthesize } from "os-images";

synthesize((app) => {
  const web = new ImageStack(app, "web", {
    release: OsRelease.DEMO,
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
});
