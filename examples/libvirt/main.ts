import { App, TerraformStack } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, LibvirtMachines, OsRelease, useProviders } from "os-images";

const app = new App();

const web = new ImageStack(app, "web-image", {
  release: OsRelease.custom({ id: "demo", title: "Demo", dialect: "rhel9", minimumMemoryMiB: 512 }),
  medium: InstallMedium.iso({ url: process.env["ISO"] ?? "", checksum: `sha256:${process.env["ISO_SHA256"]}` }),
  kickstart: Kickstart.fromFile("web.cfg"),
  boot: "kernel",
  diskSize: "2G",
  memoryMiB: 1024,
});

const machines = new TerraformStack(app, "machines");
useProviders(machines);
new LibvirtMachines(machines, "web", {
  image: web.image,
  count: 2,
  memoryMiB: 512,
  domainType: "qemu", // without this line they need KVM
  cloudInit: { username: "ops", authorizedKey: process.env["AUTHORIZED_KEY"] ?? "" }, // or `login` in the image
});

app.synth();
