import { type GuestDefinition, xlDefinition } from "../../../xen/definition";
import { whyNoXen } from "../../support/xen/packages";
import { XenTools } from "../../support/xen/tools";

const GUEST: GuestDefinition = {
  name: "web",
  type: "pv",
  firmware: "bios",
  memoryMiB: 512,
  vcpus: 2,
  bridge: "xenbr0",
  macAddress: "00:16:3e:01:02:03",
  disk: '/srv/a "b\\c/disk.raw',
};
const why = whyNoXen();

(why === "" ? describe : describe.skip)(`the parser of Xen 4.17's xl${why && ` (skipped: ${why})`}`, () => {
  let tools: XenTools;
  beforeAll(async () => {
    tools = await XenTools.get();
  }, 240_000);

  const read = (changed: Partial<GuestDefinition>, keys: readonly string[]): unknown =>
    tools.readDefinition(xlDefinition({ ...GUEST, ...changed }), keys);

  it("reads every value of a definition as it was meant, quotes and backslashes included", () => {
    expect(read({}, ["name", "type", "memory", "vcpus", "bootloader", "disk", "vif", "firmware"])).toEqual({
      name: "web",
      type: "pv",
      memory: "512",
      vcpus: "2",
      bootloader: "pygrub",
      disk: ['format=raw, vdev=xvda, access=rw, target=/srv/a "b\\c/disk.raw'],
      vif: ["mac=00:16:3e:01:02:03, bridge=xenbr0"],
      firmware: null,
    });
  });

  it("finds no kernel and no boot loader of the host's in the definition of an HVM guest", () => {
    expect(read({ type: "hvm", firmware: "uefi" }, ["type", "firmware", "serial", "vnc", "bootloader"])).toEqual({
      type: "hvm",
      firmware: "ovmf",
      serial: "pty",
      vnc: "0",
      bootloader: null,
    });
  });
});
