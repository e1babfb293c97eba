import { remedyOf } from "../../../../cli/deploy/remedies";

describe("an error that does not say what to do", () => {
  it.each([
    ["failed to dial libvirt: dial unix /run/libvirt/libvirt-sock: connect: no such file or directory", "start it"],
    ["error: storage pool 'web-3f6a' already exists", "another id"],
    ["can't define network: network 'web-3f6a' already exists with uuid 1", "another `network`"],
    ["internal error: Network is already in use by interface virbr0", "another `network`"],
    ["error while uploading source /a.qcow2: write: No space left on device", "make room"],
    ["error: open /images/demo.qcow2: no such file or directory (libvirt_volume.web_base)", "builds it anew"],
    ["Emulator '/usr/bin/qemu-system-x86_64' does not support virt type 'kvm'", 'domainType: "qemu"'],
    ['exec: "xsltproc": executable file not found in $PATH', "setup --libvirt"],
    [
      "provider dmacvicar/libvirt: no available releases match the given constraints ~> 0.8.3",
      "0.9 has other resources",
    ],
    [
      "Could not retrieve the list of available versions for provider hashicorp/external: could not connect to registry",
      "setup --xen",
    ],
  ])("%s", (error, remedy) => expect(remedyOf(error)).toContain(remedy));

  it("gets nothing if it is not known", () => expect(remedyOf("the builder: kickstart.cfg line 3")).toBeUndefined());
});
