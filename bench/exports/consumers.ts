/** A real consumer that takes a platform's file in a test, or why none can run. */
type Consumer = { readonly consumer: string; readonly test: string } | { readonly reason: string };

/** Tests are named from the project's folder. */
const CONSUMERS: Readonly<Record<string, readonly Consumer[]>> = {
  libvirt: [{ consumer: "libvirt", test: "__tests__/long/machines.test.ts" }],
  xen: [{ consumer: "Xen 4.17, as a PV guest by pygrub", test: "__tests__/long/xen.test.ts" }],
  azure: [],
  google: [],
  aws: [],
  vmware: [],
  vagrant: [],
  "bare-metal": [],
};

/** The last cell of a platform's row. */
export function takenBy(platform: string): string {
  const all = CONSUMERS[platform] ?? [];
  if (all.length === 0) return "its rules alone";
  return all.map((one) => ("reason" in one ? one.reason : `${one.consumer} (\`${one.test}\`)`)).join("; ");
}
