import { UserError } from "../util/user-error";

/** A kickstart dialect: the syntax of one release of the installer, as pykickstart has it ("RHEL9", "F44"). */
export type Dialect = "rhel7" | "rhel8" | "rhel9" | "rhel10" | `fedora${number}`;

/** What a release's installer is like: all that a build needs to know and that no user should have to look up. */
export interface InstallerFacts {
  readonly dialect: Dialect;
  /** Path of the kernel inside the medium, without a leading slash. */
  readonly kernel: string;
  /** Path of the initrd inside the medium, without a leading slash. */
  readonly initrd: string;
  /** What shows the boot menu of a BIOS machine; that of a UEFI machine is GRUB's in every release. */
  readonly biosBootLoader: "isolinux" | "grub";
  /** Memory that the vendor asks for to install from a local medium, in MiB. */
  readonly minimumMemoryMiB: number;
  /** QEMU's machine type for UEFI images. The CD drive of q35 is a SATA one, which the installer's kernel must know. */
  readonly uefiMachineType: "pc" | "q35";
}

/** A release that the catalogue does not have; an installer fact that is left out is that of the dialect. */
export interface OsReleaseProps extends Partial<Omit<InstallerFacts, "dialect">> {
  readonly dialect: Dialect;
  /** Short name, e.g. "rocky9": lower-case letters, digits and dashes. */
  readonly id: string;
  /** Name for people, e.g. "Rocky Linux 9". */
  readonly title: string;
  /**
   * Last day with security updates that need no extra subscription, e.g. "2032-05-31".
   * @default - unknown: the release never counts as dead
   */
  readonly endOfLife?: string;
}

/**
 * The installers of Enterprise Linux 7, which those of later releases differ from.
 *
 * Kernel and initrd: where x86_64 media carry those that are meant to be started without the medium's own boot loader.
 * Source: lorax, which makes these media, `x86.tmpl` (`KERNELDIR`) on its branches rhel7 to rhel10 and f18 to f45.
 * `isolinux/` has them too, but is gone from EL 10. The media's `.treeinfo` names the same files.
 *
 * BIOS boot loader: the same file; GRUB since EL 10 and Fedora 37.
 *
 * Memory: osinfo-db 20221130 (https://libosinfo.org), `resources/minimum` of rhel-7.9, rhel-8.7 and rhel-9.1 for x86_64,
 * which follows "System requirements reference" of Red Hat's installation guides (1.5 GiB from a local medium since
 * RHEL 8). No figure of the vendor's was found for EL 10: that of EL 9 stands. Fedora's documentation asks for 2 GiB.
 * An installer whose second stage comes over the network needs 1.5 GiB (EL 7) or 3 GiB (`resources/network-install`).
 */
const EL7: InstallerFacts = {
  dialect: "rhel7",
  kernel: "images/pxeboot/vmlinuz",
  initrd: "images/pxeboot/initrd.img",
  biosBootLoader: "isolinux",
  minimumMemoryMiB: 1024,
  uefiMachineType: "q35",
};
const EL8: InstallerFacts = { ...EL7, dialect: "rhel8", minimumMemoryMiB: 1536 };
const EL9: InstallerFacts = { ...EL8, dialect: "rhel9" };
const EL10: InstallerFacts = { ...EL9, dialect: "rhel10", biosBootLoader: "grub" };

function fedora(version: number): InstallerFacts {
  const biosBootLoader = version < 37 ? "isolinux" : "grub";
  return { ...EL9, dialect: `fedora${version}`, biosBootLoader, minimumMemoryMiB: 2048 };
}

/**
 * A release of an operating system that Anaconda installs, and what its installer is like.
 * End-of-life dates: https://endoflife.date and, behind it, the vendors' life-cycle pages (state of August 2026).
 */
export class OsRelease {
  /** The last point release is in the vault; the mirrors no longer carry it. */
  static readonly CENTOS_7 = OsRelease.custom({
    id: "centos7",
    title: "CentOS Linux 7",
    dialect: "rhel7",
    endOfLife: "2024-06-30",
  });
  static readonly CENTOS_STREAM_9 = OsRelease.custom({
    id: "centos-stream9",
    title: "CentOS Stream 9",
    dialect: "rhel9",
    endOfLife: "2027-05-31",
  });
  static readonly CENTOS_STREAM_10 = OsRelease.custom({
    id: "centos-stream10",
    title: "CentOS Stream 10",
    dialect: "rhel10",
    endOfLife: "2030-05-31",
  });
  /** Maintenance ended in 2024; an Extended Life Cycle subscription is sold for longer. */
  static readonly RHEL_7 = OsRelease.custom({
    id: "rhel7",
    title: "Red Hat Enterprise Linux 7",
    dialect: "rhel7",
    endOfLife: "2024-06-30",
  });
  static readonly RHEL_8 = OsRelease.custom({
    id: "rhel8",
    title: "Red Hat Enterprise Linux 8",
    dialect: "rhel8",
    endOfLife: "2029-05-31",
  });
  static readonly RHEL_9 = OsRelease.custom({
    id: "rhel9",
    title: "Red Hat Enterprise Linux 9",
    dialect: "rhel9",
    endOfLife: "2032-05-31",
  });
  static readonly RHEL_10 = OsRelease.custom({
    id: "rhel10",
    title: "Red Hat Enterprise Linux 10",
    dialect: "rhel10",
    endOfLife: "2035-05-31",
  });
  static readonly ROCKY_8 = OsRelease.custom({
    id: "rocky8",
    title: "Rocky Linux 8",
    dialect: "rhel8",
    endOfLife: "2029-05-31",
  });
  static readonly ROCKY_9 = OsRelease.custom({
    id: "rocky9",
    title: "Rocky Linux 9",
    dialect: "rhel9",
    endOfLife: "2032-05-31",
  });
  static readonly ROCKY_10 = OsRelease.custom({
    id: "rocky10",
    title: "Rocky Linux 10",
    dialect: "rhel10",
    endOfLife: "2035-05-31",
  });
  static readonly ALMA_8 = OsRelease.custom({
    id: "alma8",
    title: "AlmaLinux OS 8",
    dialect: "rhel8",
    endOfLife: "2029-05-31",
  });
  static readonly ALMA_9 = OsRelease.custom({
    id: "alma9",
    title: "AlmaLinux OS 9",
    dialect: "rhel9",
    endOfLife: "2032-05-31",
  });
  static readonly ALMA_10 = OsRelease.custom({
    id: "alma10",
    title: "AlmaLinux OS 10",
    dialect: "rhel10",
    endOfLife: "2035-05-31",
  });
  static readonly ORACLE_8 = OsRelease.custom({
    id: "oracle8",
    title: "Oracle Linux 8",
    dialect: "rhel8",
    endOfLife: "2029-07-31",
  });
  static readonly ORACLE_9 = OsRelease.custom({
    id: "oracle9",
    title: "Oracle Linux 9",
    dialect: "rhel9",
    endOfLife: "2032-06-30",
  });
  /** End of life is set by the release of Fedora 46; the day is endoflife.date's. */
  static readonly FEDORA_44 = OsRelease.custom({
    id: "fedora44",
    title: "Fedora 44",
    dialect: "fedora44",
    endOfLife: "2027-06-02",
  });
  /**
   * A release that the catalogue does not have.
   * @throws UserError on a value that cannot be right, such as a path with a leading slash
   */
  static custom(props: OsReleaseProps): OsRelease {
    return new OsRelease({ ...factsOf(props.dialect), ...props });
  }

  /** Every release of the catalogue. */
  static all(): OsRelease[] {
    return Object.values(OsRelease).filter((member): member is OsRelease => member instanceof OsRelease);
  }

  /**
   * The release of that name: an id of the catalogue ("rocky9", also "Rocky-9", "almalinux9" or "ol9") or any Fedora
   * from 18 on ("fedora43").
   * @throws UserError that lists the known ids
   */
  static byId(name: string): OsRelease {
    const id = squeeze(name);
    const found = OsRelease.all().find((release) => squeeze(release.id) === id);
    if (found) return found;
    const version = Number(/^f(?:edora)?(\d+)$/.exec(id)?.[1]);
    if (version >= 18) {
      return OsRelease.custom({ id: `fedora${version}`, title: `Fedora ${version}`, dialect: `fedora${version}` });
    }
    const known = OsRelease.all().map((release) => release.id);
    throw new UserError(`unknown release "${name}": write one of ${known.join(", ")}, or fedora with its number`);
  }

  readonly id: string;
  readonly title: string;
  readonly dialect: Dialect;
  readonly kernel: string;
  readonly initrd: string;
  readonly biosBootLoader: "isolinux" | "grub";
  readonly minimumMemoryMiB: number;
  readonly uefiMachineType: "pc" | "q35";
  readonly endOfLife: string | undefined;

  private constructor(props: OsReleaseProps & InstallerFacts) {
    this.id = props.id;
    this.title = props.title;
    this.dialect = props.dialect;
    this.kernel = props.kernel;
    this.initrd = props.initrd;
    this.biosBootLoader = props.biosBootLoader;
    this.minimumMemoryMiB = props.minimumMemoryMiB;
    this.uefiMachineType = props.uefiMachineType;
    this.endOfLife = props.endOfLife;
    requireSound(this);
  }

  /** Whether security updates had ended on that day, in UTC. */
  isDeadOn(day: Date): boolean {
    return this.endOfLife !== undefined && day.toISOString().slice(0, 10) > this.endOfLife;
  }
}

function factsOf(dialect: Dialect): InstallerFacts {
  const known = [EL7, EL8, EL9, EL10].find((facts) => facts.dialect === dialect);
  if (known) return known;
  const fedoraVersion = /^fedora(\d+)$/.exec(dialect)?.[1];
  if (fedoraVersion) return fedora(Number(fedoraVersion));
  throw new UserError(`unknown kickstart dialect "${dialect}": write rhel7, rhel8, rhel9, rhel10 or fedora<number>`);
}

function requireSound({ id, kernel, initrd, minimumMemoryMiB, endOfLife }: OsRelease): void {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(id)) {
    throw new UserError(`release id "${id}" is not usable: write lower-case letters, digits and dashes`);
  }
  for (const path of [kernel, initrd]) {
    if (path === "" || path.startsWith("/")) {
      throw new UserError(`release ${id}: "${path}" is not a path inside the medium: write it without a leading slash`);
    }
  }
  if (!Number.isInteger(minimumMemoryMiB) || minimumMemoryMiB < 1) {
    throw new UserError(`release ${id}: minimumMemoryMiB is ${minimumMemoryMiB}: write a whole number of MiB`);
  }
  if (endOfLife !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(endOfLife)) {
    throw new UserError(`release ${id}: end of life "${endOfLife}" is no date: write it as 2032-05-31`);
  }
}

function squeeze(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]|linux/g, "")
    .replace(/^ol(?=\d)/, "oracle");
}
