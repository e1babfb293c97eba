/** A kickstart dialect: the syntax of one release of the installer, as pykickstart has it ("RHEL9", "F44"). */
export type Dialect = "rhel7" | "rhel8" | "rhel9" | "rhel10" | `fedora${number}`;

/** What a release's installer is like: all that a build needs to know and that no user should have to look up. */
export interface InstallerFacts {
  readonly dialect: Dialect;
  /** Paths inside the medium, without a leading slash. */
  readonly kernel: string;
  readonly initrd: string;
  /** How the kickstart is named on the boot line: `ks=URL` or `inst.ks=URL`. */
  readonly kickstartArgument: "ks" | "inst.ks";
  /** Memory that the vendor asks for to install from a local medium, in MiB. */
  readonly minimumMemoryMiB: number;
  /** Id of the release's smallest package environment, as in `@^ID` under `%packages`. */
  readonly packageEnvironment: string;
  /** QEMU's machine type for UEFI images. The CD drive of q35 is a SATA one, which the installer's kernel must know. */
  readonly uefiMachineType: "pc" | "q35";
}

/**
 * Where x86_64 media carry the kernel and initrd that are meant to be started without the medium's own boot loader.
 * Source: lorax, which makes these media: `share/templates.d/99-generic/x86.tmpl` (`KERNELDIR`); `isolinux/` has them
 * too, but is gone from EL 10 media. The media's `.treeinfo` names the same files.
 */
const PXEBOOT = { kernel: "images/pxeboot/vmlinuz", initrd: "images/pxeboot/initrd.img" };

/*
 * Memory: osinfo-db (https://libosinfo.org), `resources/minimum` of rhel-7.9, rhel-8.7 and rhel-9.1 for x86_64, which
 * follows "System requirements reference" of Red Hat's installation guides (1.5 GiB from a local medium since RHEL 8).
 * For EL 10 no own figure of the vendor's was found: that of EL 9 stands.
 * Boot line: EL 7 takes `ks=` and `inst.ks=` (RHEL 7 Installation Guide, "Boot Options"), EL 8 warns at `ks=`, and since
 * EL 9 the prefix is required ("Considerations in adopting RHEL 9", installer).
 * Package environment: `comps.xml` of the releases: "minimal" in EL 7, "minimal-environment" since EL 8 and in Fedora.
 */

export const EL7: InstallerFacts = {
  ...PXEBOOT,
  dialect: "rhel7",
  kickstartArgument: "ks",
  minimumMemoryMiB: 1024,
  packageEnvironment: "minimal",
  uefiMachineType: "q35",
};

export const EL8: InstallerFacts = {
  ...PXEBOOT,
  dialect: "rhel8",
  kickstartArgument: "inst.ks",
  minimumMemoryMiB: 1536,
  packageEnvironment: "minimal-environment",
  uefiMachineType: "q35",
};

export const EL9: InstallerFacts = { ...EL8, dialect: "rhel9" };

export const EL10: InstallerFacts = { ...EL8, dialect: "rhel10" };

/** Fedora's documentation asks for 2 GiB ("Hardware Overview" in the release notes). */
export function fedora(version: number): InstallerFacts {
  return { ...EL8, dialect: `fedora${version}`, minimumMemoryMiB: 2048 };
}
