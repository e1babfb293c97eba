import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import {
  InstallMedium,
  Kickstart,
  Login,
  NativeTemplate,
  OsRelease,
  Provisioner,
  Secret,
  useProviders,
} from "../../index";
import { NATIVE_BUILDERS, type NativeBuilder } from "../../recipe/native";

/** It names the disk as the platforms do, which is another one than QEMU's. */
const KICKSTART = `text
url --url=https://example.com/rocky/
lang en_US.UTF-8
keyboard us
timezone Etc/UTC --utc
network --bootproto=dhcp
rootpw @@secret:ROOT@@
ignoredisk --only-use=sda
zerombr
clearpart --all --initlabel
autopart --type=plain
bootloader --location=mbr
reboot
%packages
@^minimal-environment
sudo
%end
`;
/** One description, and a template of it for every native builder: `native-app.ts FOLDER`, which has script.sh and files. */
const [folder = ""] = process.argv.slice(2);
const stack = new TerraformStack(new App(), "native");
useProviders(stack);
for (const builder of Object.keys(NATIVE_BUILDERS) as NativeBuilder[]) {
  new NativeTemplate(stack, builder, {
    builder,
    name: "web",
    release: OsRelease.ROCKY_9,
    medium: InstallMedium.iso({ url: "https://example.com/rocky.iso", checksum: `sha256:${"0".repeat(64)}` }),
    kickstart: Kickstart.fromText(KICKSTART, { secrets: [Secret.fromEnv("ROOT")] }),
    buildLogin: Login.buildKey({ username: "admin" }),
    delivery: builder === "vmware-iso" ? "cd" : "http",
    firmware: builder === "hyperv-iso" ? "uefi" : "bios",
    provisioners: [
      Provisioner.script(join(folder, "script.sh"), {
        environment: { WORD: "a ${b} word", TOKEN: Secret.fromEnv("TOKEN") },
      }),
      Provisioner.files(join(folder, "files"), "/srv/files", { owner: "admin:root", mode: "0640" }),
      Provisioner.files(join(folder, "files/a"), "/etc/a.conf"),
    ],
  });
}
(stack.node.root as App).synth();
