/** A real consumer that takes a platform's file in a test. */
interface Consumer {
  readonly consumer: string;
  readonly test: string;
}

const boots: Consumer = { consumer: "QEMU", test: "boot" };

/** Tests are files of `__tests__/long/platforms`, or of the folder above. */
const CONSUMERS: Readonly<Record<string, readonly Consumer[]>> = {
  libvirt: [boots, { consumer: "libvirt", test: "../machines" }],
  xen: [boots, { consumer: "Xen 4.17", test: "../xen" }],
  azure: [boots, { consumer: "Azurite", test: "clouds" }],
  google: [boots, { consumer: "fake-gcs-server", test: "clouds" }],
  aws: [boots, { consumer: "a fake of EC2", test: "clouds" }],
  vmware: [boots, { consumer: "vcsim", test: "vmware" }],
  vagrant: [boots, { consumer: "Vagrant", test: "vagrant" }],
  "bare-metal": [boots],
};

/** The last cell of a platform's row. */
export function takenBy(platform: string): string {
  return (CONSUMERS[platform] ?? []).map(({ consumer, test }) => `${consumer} (${test}.test.ts)`).join(", ");
}
