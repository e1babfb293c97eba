import { UserError } from "../util/user-error";
import type { PlatformRecipe } from "./platform";

/** How an image's disk is divided. */
export interface DiskLayout {
  readonly hasSwap: boolean;
  /** Whether /boot, or / if it has none of its own, is a logical volume. */
  readonly isBootOnLvm: boolean;
}

/** What is known of an image before it is exported. Limits that need what is not known say nothing. */
export interface LimitedImage {
  readonly name: string;
  readonly firmware: "bios" | "uefi";
  readonly diskMiB?: number | undefined;
  readonly layout?: DiskLayout | undefined;
}

/** Something that a platform does not take, however its file is made. */
interface Limit {
  readonly platform: PlatformRecipe["kind"];
  /** URL of the document that says so. */
  readonly source: string;
  /** Undefined if the image keeps within it, else what is wrong and what to write instead. */
  readonly check: (image: LimitedImage) => string | undefined;
}

const GIB_IN_MIB = 1024;

function largest(gib: number): Limit["check"] {
  return ({ diskMiB = 0 }) =>
    diskMiB > gib * GIB_IN_MIB
      ? `its disk has ${Math.ceil(diskMiB / GIB_IN_MIB)} GiB, and ${gib} is the most: write another diskSize`
      : undefined;
}

/** What platforms do not take. */
export const LIMITS: readonly Limit[] = [
  {
    platform: "azure",
    source: "https://learn.microsoft.com/azure/virtual-machines/linux/create-upload-generic",
    check: ({ layout }) =>
      layout?.hasSwap === true
        ? "its disk has a swap partition, which Azure wants on the temporary disk alone: leave it out (autopart --noswap)"
        : undefined,
  },
  {
    platform: "azure",
    source: "https://learn.microsoft.com/azure/virtual-machines/managed-disks-overview",
    check: largest(4095),
  },
  {
    platform: "aws",
    source: "https://docs.aws.amazon.com/vm-import/latest/userguide/prerequisites.html",
    check: largest(16 * 1024),
  },
  {
    platform: "aws",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterImage.html",
    check: ({ name }) =>
      name.length < 3 ? "the name of an AMI has 3 characters at least: write a longer one" : undefined,
  },
  {
    platform: "google",
    source: "https://cloud.google.com/compute/docs/reference/rest/v1/images",
    check: ({ name }) =>
      /^[a-z]/.test(name) ? undefined : "the name of an image of Google's begins with a letter: write one that does",
  },
  {
    platform: "vagrant",
    source: "https://vagrant-libvirt.github.io/vagrant-libvirt/configuration.html",
    check: ({ firmware }) =>
      firmware === "uefi"
        ? 'a box starts by BIOS, unless a path of the user\'s host names UEFI firmware: write firmware: "bios"'
        : undefined,
  },
  {
    platform: "xen",
    source: "https://xenbits.xen.org/gitweb/?p=xen.git;f=tools/pygrub/src/pygrub;hb=RELEASE-4.17.0",
    check: ({ firmware }) =>
      firmware === "uefi" ? 'pygrub reads no EFI system partition: write firmware: "bios"' : undefined,
  },
  {
    platform: "xen",
    source: "https://xenbits.xen.org/gitweb/?p=xen.git;f=tools/pygrub/src/pygrub;hb=RELEASE-4.17.0",
    check: ({ layout }) =>
      layout?.isBootOnLvm === true
        ? "pygrub reads no logical volumes: give /boot an ext4 partition of its own (part /boot --fstype=ext4)"
        : undefined,
  },
];

/** @throws UserError with the first limit of a platform that an image goes beyond */
export function requireWithinLimits(platform: PlatformRecipe["kind"], image: LimitedImage): void {
  for (const limit of LIMITS.filter((one) => one.platform === platform)) {
    const reason = limit.check(image);
    if (reason !== undefined) {
      throw new UserError(`image "${image.name}" cannot be exported for ${platform}: ${reason} (${limit.source})`);
    }
  }
}
