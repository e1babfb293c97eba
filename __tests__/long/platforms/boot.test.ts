import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../../builder/main";
import { makeStore, osImages } from "../../support/fake-store";
import { answerOf, diskOf, driversOf, type Hardware } from "../../support/platform-machine";
import { demoKickstart, writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(900_000);

/**
 * A platform, and its hardware as far as QEMU has it: Azure's machines of the first generation are BIOS machines with an
 * IDE disk, those of the second UEFI machines with a SCSI one, on Hyper-V's own bus; AWS has NVMe disks, with its own cards;
 * Xen's HVM guests start from an emulated IDE disk (its PV guests are in xen.test.ts).
 */
const ROWS: readonly (Hardware & { readonly platform: string; readonly words?: readonly string[] })[] = [
  { platform: "libvirt", firmware: "bios", bus: "virtio", card: "virtio-net-pci" },
  { platform: "libvirt", firmware: "uefi", bus: "virtio-scsi", card: "virtio-net-pci" },
  { platform: "xen", firmware: "bios", bus: "ide", card: "virtio-net-pci" },
  { platform: "azure", firmware: "bios", bus: "ide", card: "virtio-net-pci", words: ["--prepared"] },
  { platform: "azure", firmware: "uefi", bus: "virtio-scsi", card: "virtio-net-pci", words: ["--prepared"] },
  { platform: "aws", firmware: "bios", bus: "nvme", card: "virtio-net-pci" },
  { platform: "aws", firmware: "uefi", bus: "nvme", card: "virtio-net-pci" },
  { platform: "google", firmware: "uefi", bus: "virtio-scsi", card: "virtio-net-pci" },
  { platform: "vmware", firmware: "bios", bus: "pvscsi", card: "vmxnet3", words: ["--guest", "rhel9_64Guest"] },
  { platform: "vmware", firmware: "uefi", bus: "pvscsi", card: "vmxnet3", words: ["--guest", "rhel9_64Guest"] },
  { platform: "vagrant", firmware: "bios", bus: "virtio", card: "virtio-net-pci" },
  { platform: "bare-metal", firmware: "bios", bus: "ide", card: "virtio-net-pci" },
  { platform: "bare-metal", firmware: "uefi", bus: "nvme", card: "virtio-net-pci" },
];

describe("what is exported starts on its platform's hardware, and lets its user in", () => {
  const store = makeStore();
  const key = join(temporaryFolder("key"), "key");

  beforeAll(async () => {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key]);
    const kickstart = demoKickstart(readFileSync(`${key}.pub`, "utf8").trim());
    for (const firmware of ["bios", "uefi"] as const) {
      const { file } = writeRequest(store, { name: firmware, firmware, kickstart });
      await build(file, { write: () => undefined });
    }
  });

  it.each(ROWS)("for $platform: $firmware, $bus, $card", async ({ platform, words = [], ...hardware }) => {
    const output = temporaryFolder("export");
    const made = osImages(store, "export", hardware.firmware, "--platform", platform, "--output", output, ...words);
    expect({ status: made.status, stderr: made.status === 0 ? "" : made.stderr }).toEqual({ status: 0, stderr: "" });
    const [file = ""] = made.stdout.split("\n");
    const answer = await answerOf(diskOf(file), hardware, key);
    expect(answer).toEqual({ hostName: "demo", drivers: driversOf(hardware) });
  });
});
