import { z } from "zod";
import { UserError } from "../util/user-error";
import { guestDigest } from "./guest";

/** Digest of what changes the installed system. Absent if nothing does. */
const inside = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional();

/** What is made for a platform, in plain values: they decide the artefact, and are in its fingerprint. */
export const platformRecipeSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("libvirt"), compression: z.enum(["zstd", "zlib", "none"]) }),
  z.strictObject({ kind: z.literal("xen"), inside }),
  z.strictObject({ kind: z.literal("azure"), agent: z.enum(["waagent", "none"]), inside }),
  z.strictObject({ kind: z.literal("google") }),
  z.strictObject({ kind: z.literal("aws"), format: z.enum(["raw", "vmdk"]), inside }),
  z.strictObject({
    kind: z.literal("vmware"),
    guest: z.string(),
    hardware: z.string(),
    cpus: z.number().int(),
    memoryMiB: z.number().int(),
  }),
  z.strictObject({ kind: z.literal("vagrant"), username: z.string(), inside }),
  z.strictObject({ kind: z.literal("bare-metal") }),
]);

export type PlatformRecipe = z.infer<typeof platformRecipeSchema>;

const FORMATS = {
  libvirt: "qcow2",
  xen: "raw",
  azure: "vhd",
  google: "tar.gz",
  vmware: "ova",
  vagrant: "box",
  "bare-metal": "raw.zst",
} as const;

/** What a platform's file is, which is also its name's ending. */
export function formatOf(recipe: PlatformRecipe): string {
  return recipe.kind === "aws" ? recipe.format : FORMATS[recipe.kind];
}

/** The file that a platform gets, by its recipe; it begins with the image's name. */
export function artefactName(image: string, recipe: PlatformRecipe): string {
  return `${image}.${formatOf(recipe)}`;
}

/** What the platforms have in common that want something inside the installed system. */
export interface GuestOptions {
  /** True: the image has all of it, and its disk is converted as it is. @default false */
  readonly prepared?: boolean;
}

/** A platform that an image is exported for. */
export class Platform {
  private constructor(readonly recipe: PlatformRecipe) {}

  /** Such as "azure". */
  get name(): PlatformRecipe["kind"] {
    return this.recipe.kind;
  }

  /**
   * A qcow2 for libvirt/KVM, OpenStack or Proxmox.
   * @param options.compression "zlib" for readers before QEMU 5.1. @default "zstd"
   */
  static libvirt(options: { readonly compression?: "zstd" | "zlib" | "none" } = {}): Platform {
    return new Platform({ kind: "libvirt", compression: options.compression ?? "zstd" });
  }

  /** A raw disk, as Xen takes it. Inside: `console=hvc0`, and the drivers of a guest's disk and network. */
  static xen(options: GuestOptions = {}): Platform {
    return new Platform({ kind: "xen", ...changed("xen", options) });
  }

  /**
   * A fixed VHD of whole MiB. Inside: the arguments of Azure's serial console, Hyper-V's drivers, and the agent.
   * @param options.agent "waagent" is installed if it is missing, and the system deprovisioned; "none" is for images that
   * bring cloud-init, or that are no templates. @default "waagent"
   */
  static azure(options: GuestOptions & { readonly agent?: "waagent" | "none" } = {}): Platform {
    return new Platform({ kind: "azure", agent: options.agent ?? "waagent", ...changed("azure", options) });
  }

  /** `disk.raw` of whole GiB in a tar.gz of the old GNU form. */
  static google(): Platform {
    return new Platform({ kind: "google" });
  }

  /**
   * A disk for ImportSnapshot. Inside: the drivers of EC2's disks (NVMe) and network (ENA).
   * @param options.format "vmdk" is smaller to upload, "raw" can be sent in pieces. @default "vmdk"
   */
  static aws(options: GuestOptions & { readonly format?: "raw" | "vmdk" } = {}): Platform {
    return new Platform({ kind: "aws", format: options.format ?? "vmdk", ...changed("aws", options) });
  }

  /**
   * An OVA for vSphere, Workstation and VirtualBox, with a paravirtual disk controller and a VMXNET3 card.
   * @param options.guest VMware's identifier of the guest, such as "rhel9_64Guest"
   * @param options.hardware version of the virtual hardware. @default "vmx-19": ESXi 7.0 U2 and later
   * @param options.cpus how many the imported machine has. @default 2
   * @param options.memoryMiB of the imported machine. @default 2048
   * @throws UserError on values that VMware has no such form of
   */
  static vmware(options: {
    readonly guest: string;
    readonly hardware?: string;
    readonly cpus?: number;
    readonly memoryMiB?: number;
  }): Platform {
    const { guest, hardware = "vmx-19", cpus = 2, memoryMiB = 2048 } = options;
    if (!/^[a-z][A-Za-z0-9_]+$/.test(guest)) {
      throw new UserError(`guest "${guest}" is no identifier of VMware's: write one such as "rhel9_64Guest"`);
    }
    if (!/^vmx-\d\d$/.test(hardware)) {
      throw new UserError(`hardware "${hardware}" is no version of VMware's: write one such as "vmx-19"`);
    }
    if (!Number.isInteger(cpus) || cpus < 1 || cpus > 128) {
      throw new UserError(`cpus is ${cpus}: write a whole number from 1 to 128`);
    }
    if (!Number.isInteger(memoryMiB) || memoryMiB < 4 || memoryMiB % 4 !== 0) {
      throw new UserError(`memoryMiB is ${memoryMiB}: write a multiple of 4, as VMware wants it`);
    }
    return new Platform({ kind: "vmware", guest, hardware, cpus, memoryMiB });
  }

  /**
   * A box for vagrant-libvirt. Inside: the user that `vagrant up` logs in as, with Vagrant's insecure key, and sudo.
   * @param options.username their name. @default "vagrant"
   * @throws UserError on a name that no Linux user can have
   */
  static vagrantLibvirt(options: GuestOptions & { readonly username?: string } = {}): Platform {
    const { username = "vagrant" } = options;
    if (!/^[a-z_][a-z0-9_-]*$/.test(username)) {
      throw new UserError(`username "${username}" is no name of a Linux user: write a-z, 0-9, _ and -`);
    }
    return new Platform({ kind: "vagrant", username, ...changed("vagrant", options) });
  }

  /** A raw disk compressed with zstd, and its checksum beside it. */
  static bareMetal(): Platform {
    return new Platform({ kind: "bare-metal" });
  }
}

function changed(kind: Parameters<typeof guestDigest>[0], { prepared = false }: GuestOptions): { inside?: string } {
  return prepared ? {} : { inside: guestDigest(kind) };
}
