import { EL10, EL7, EL8, EL9, fedora, type Dialect, type InstallerFacts } from "./release-facts";
import { UserError } from "../util/user-error";

export type { Dialect } from "./release-facts";

/** What one says of a release that the catalogue does not have. */
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
  /**
   * Folder or page where the vendor publishes the ISO.
   * @default - none
   */
  readonly isoFolder?: string;
  /**
   * URL of the checksum file of the ISOs, for media that the public can fetch.
   * @default - none
   */
  readonly checksumFile?: string;
}

/**
 * A release of an operating system that Anaconda installs, and what its installer is like.
 * End-of-life dates: https://endoflife.date and, behind it, the vendors' life-cycle pages (state of August 2026).
 * Places of the media: the vendors' download servers, named at each.
 */
export class OsRelease {
  /** Vault of CentOS Linux 7, the last point release; the mirrors no longer carry it. */
  static readonly CENTOS_7 = new OsRelease({
    ...EL7,
    id: "centos7",
    title: "CentOS Linux 7",
    endOfLife: "2024-06-30",
    isoFolder: "https://vault.centos.org/7.9.2009/isos/x86_64/",
    checksumFile: "https://vault.centos.org/7.9.2009/isos/x86_64/sha256sum.txt",
  });
  static readonly CENTOS_STREAM_9 = new OsRelease(centosStream(9, EL9, "2027-05-31"));
  static readonly CENTOS_STREAM_10 = new OsRelease(centosStream(10, EL10, "2030-05-31"));
  /** Maintenance ended in 2024; an Extended Life Cycle subscription is sold for longer. */
  static readonly RHEL_7 = new OsRelease(rhel(7, EL7, "2024-06-30"));
  static readonly RHEL_8 = new OsRelease(rhel(8, EL8, "2029-05-31"));
  static readonly RHEL_9 = new OsRelease(rhel(9, EL9, "2032-05-31"));
  static readonly RHEL_10 = new OsRelease(rhel(10, EL10, "2035-05-31"));
  static readonly ROCKY_8 = new OsRelease(rocky(8, EL8, "2029-05-31"));
  static readonly ROCKY_9 = new OsRelease(rocky(9, EL9, "2032-05-31"));
  static readonly ROCKY_10 = new OsRelease(rocky(10, EL10, "2035-05-31"));
  static readonly ALMA_8 = new OsRelease(alma(8, EL8, "2029-05-31"));
  static readonly ALMA_9 = new OsRelease(alma(9, EL9, "2032-05-31"));
  static readonly ALMA_10 = new OsRelease(alma(10, EL10, "2035-05-31"));
  static readonly ORACLE_8 = new OsRelease(oracle(8, 10, EL8, "2029-07-31"));
  static readonly ORACLE_9 = new OsRelease(oracle(9, 6, EL9, "2032-06-30"));
  /** End of life is set by the release of Fedora 46; the day is endoflife.date's. */
  static readonly FEDORA_44 = new OsRelease({
    ...fedora(44),
    id: "fedora44",
    title: "Fedora 44",
    endOfLife: "2027-06-02",
    isoFolder: "https://download.fedoraproject.org/pub/fedora/linux/releases/44/Server/x86_64/iso/",
    checksumFile:
      "https://download.fedoraproject.org/pub/fedora/linux/releases/44/Server/x86_64/iso/Fedora-Server-44-1.7-x86_64-CHECKSUM",
  });
  /**
   * This project's own demo installer: a small medium made from Debian's packages that boots as a RHEL medium does and
   * reads the kickstart with pykickstart. It installs by `liveimg`, so it knows no package environment, and has no
   * driver for SATA.
   */
  static readonly DEMO = new OsRelease({
    ...EL9,
    id: "demo",
    title: "os-images demo installer",
    minimumMemoryMiB: 512,
    packageEnvironment: "",
    uefiMachineType: "pc",
  });

  /**
   * A release that the catalogue does not have. What is left out is as in Enterprise Linux of the same dialect (Fedora:
   * of every Fedora).
   */
  static custom(props: OsReleaseProps): OsRelease {
    return new OsRelease({ ...factsOf(props.dialect), ...props });
  }

  /** Every release of the catalogue. */
  static all(): OsRelease[] {
    return Object.values(OsRelease).filter((member): member is OsRelease => member instanceof OsRelease);
  }

  /**
   * The release of that name: an id of the catalogue ("rocky9", also "Rocky-9", "almalinux9" or "ol9") or any Fedora ("fedora43"). Throws a
   * UserError that lists the known ids, also for the releases of Fedora that pykickstart does not know.
   */
  static byId(name: string): OsRelease {
    const id = squeeze(name);
    const found = OsRelease.all().find((release) => squeeze(release.id) === id);
    if (found) return found;
    const fedoraVersion = /^f(?:edora)?(\d+)$/.exec(id)?.[1];
    if (fedoraVersion && Number(fedoraVersion) >= 18) {
      return OsRelease.custom({
        id: `fedora${fedoraVersion}`,
        title: `Fedora ${fedoraVersion}`,
        dialect: `fedora${Number(fedoraVersion)}`,
      });
    }
    const known = OsRelease.all().map((release) => release.id);
    throw new UserError(`unknown release "${name}": write one of ${known.join(", ")}, or fedora with its number`);
  }

  readonly id: string;
  readonly title: string;
  readonly dialect: Dialect;
  readonly kernel: string;
  readonly initrd: string;
  readonly kickstartArgument: "ks" | "inst.ks";
  readonly minimumMemoryMiB: number;
  readonly packageEnvironment: string;
  readonly uefiMachineType: "pc" | "q35";
  readonly endOfLife: string | undefined;
  readonly isoFolder: string | undefined;
  readonly checksumFile: string | undefined;

  private constructor(props: OsReleaseProps & InstallerFacts) {
    this.id = props.id;
    this.title = props.title;
    this.dialect = props.dialect;
    this.kernel = props.kernel;
    this.initrd = props.initrd;
    this.kickstartArgument = props.kickstartArgument;
    this.minimumMemoryMiB = props.minimumMemoryMiB;
    this.packageEnvironment = props.packageEnvironment;
    this.uefiMachineType = props.uefiMachineType;
    this.endOfLife = props.endOfLife;
    this.isoFolder = props.isoFolder;
    this.checksumFile = props.checksumFile;
    requireSound(this);
  }

  /** Whether security updates had ended on that day, in UTC. */
  isDeadOn(day: Date): boolean {
    return this.endOfLife !== undefined && day.toISOString().slice(0, 10) > this.endOfLife;
  }

  /** The argument of the boot line that names a kickstart, e.g. `inst.ks=http://10.0.2.2:8000/ks.cfg`. */
  kickstartOnBootLine(url: string): string {
    return `${this.kickstartArgument}=${url}`;
  }
}

type FullProps = OsReleaseProps & InstallerFacts;

/** Published as https://mirror.stream.centos.org/9-stream/BaseOS/x86_64/iso/, a checksum file beside each ISO. */
function centosStream(version: number, facts: InstallerFacts, endOfLife: string): FullProps {
  const isoFolder = `https://mirror.stream.centos.org/${version}-stream/BaseOS/x86_64/iso/`;
  return {
    ...facts,
    id: `centos-stream${version}`,
    title: `CentOS Stream ${version}`,
    endOfLife,
    isoFolder,
    checksumFile: `${isoFolder}CentOS-Stream-${version}-latest-x86_64-boot.iso.SHA256SUM`,
  };
}

/** Red Hat's media are behind a login; each one's sha256 stands on its download page, in no file. */
function rhel(version: number, facts: InstallerFacts, endOfLife: string): FullProps {
  return {
    ...facts,
    id: `rhel${version}`,
    title: `Red Hat Enterprise Linux ${version}`,
    endOfLife,
    isoFolder: "https://access.redhat.com/downloads/content/rhel",
  };
}

function rocky(version: number, facts: InstallerFacts, endOfLife: string): FullProps {
  const isoFolder = `https://download.rockylinux.org/pub/rocky/${version}/isos/x86_64/`;
  const title = `Rocky Linux ${version}`;
  return { ...facts, id: `rocky${version}`, title, endOfLife, isoFolder, checksumFile: `${isoFolder}CHECKSUM` };
}

function alma(version: number, facts: InstallerFacts, endOfLife: string): FullProps {
  const isoFolder = `https://repo.almalinux.org/almalinux/${version}/isos/x86_64/`;
  const title = `AlmaLinux OS ${version}`;
  return { ...facts, id: `alma${version}`, title, endOfLife, isoFolder, checksumFile: `${isoFolder}CHECKSUM` };
}

/** Oracle publishes one folder and one checksum file for each update of a release. */
function oracle(version: number, update: number, facts: InstallerFacts, endOfLife: string): FullProps {
  return {
    ...facts,
    id: `oracle${version}`,
    title: `Oracle Linux ${version}`,
    endOfLife,
    isoFolder: `https://yum.oracle.com/ISOS/OracleLinux/OL${version}/u${update}/x86_64/`,
    checksumFile: `https://linux.oracle.com/security/gpg/checksum/OracleLinux-R${version}-U${update}-Server-x86_64.checksum`,
  };
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
