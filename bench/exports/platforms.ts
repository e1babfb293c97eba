import { Platform } from "../../platforms/platform";

/** The platforms, as the demo image is exported for them: it has no agent of Azure's, and its mirror may be out of reach. */
export const DEMO_PLATFORMS: readonly Platform[] = [
  Platform.libvirt(),
  Platform.xen(),
  Platform.azure({ agent: "none" }),
  Platform.google(),
  Platform.aws(),
  Platform.vmware({ guest: "debian12_64Guest", memoryMiB: 1024 }),
  Platform.vagrantLibvirt(),
  Platform.bareMetal(),
];

/** The same, from an image that has what they want inside: all that is left is to convert its disk. */
export const CONVERTED: readonly Platform[] = [
  Platform.libvirt(),
  Platform.xen({ prepared: true }),
  Platform.azure({ prepared: true }),
  Platform.google(),
  Platform.aws({ prepared: true }),
  Platform.vmware({ guest: "debian12_64Guest", memoryMiB: 1024 }),
  Platform.vagrantLibvirt({ prepared: true }),
  Platform.bareMetal(),
];
