import { UserError } from "../util/user-error";
import { BARE_METAL_RULES, readZstdDisk } from "./bare-metal";
import { ByteFile } from "./bytes";
import { type BrokenRule, brokenRules, GIB, type Rule } from "./finding";
import { GOOGLE_RULES } from "./google";
import { OVA_RULES, readOva } from "./ova";
import { readBootConfiguration } from "./pygrub";
import { isQcow2, QCOW2_RULES, readQcow2 } from "./qcow2";
import { RAW_RULES, readRawDisk } from "./raw";
import { isGzip, readTarGz } from "./tar-gz";
import { VAGRANT_LIBVIRT_RULES, vagrantBox } from "./vagrant";
import { AZURE_RULES, readVhd } from "./vhd";
import { isVmdk, readVmdk, VMDK_RULES } from "./vmdk";
import { XEN_RULES } from "./xen";

/** What was found out about an artefact. */
export interface Verification {
  /** In a reader's words, such as "fixed VHD". */
  readonly format: string;
  /** How many rules were asked. */
  readonly rules: number;
  readonly broken: readonly BrokenRule[];
}

/** A platform: what it is called, what it takes, and its rules. */
interface Platform {
  readonly title: string;
  readonly takes: string;
  readonly verify: (file: ByteFile) => Promise<Verification>;
}

/** The platforms whose artefacts can be checked. */
export const PLATFORMS = {
  libvirt: { title: "libvirt/KVM, OpenStack, Proxmox", takes: "qcow2 or raw", verify: verifyDisk },
  xen: { title: "Xen", takes: "raw; qcow2 for HVM guests", verify: verifyXen },
  vmware: { title: "VMware, VirtualBox", takes: "an OVA or a stream-optimized VMDK", verify: verifyVmware },
  azure: {
    title: "Azure",
    takes: "a fixed VHD",
    verify: async (file) => checked("VHD", AZURE_RULES, await readVhd(file)),
  },
  aws: { title: "AWS", takes: "raw or a stream-optimized VMDK, at most 16 TiB", verify: verifyAws },
  google: { title: "Google Cloud", takes: "disk.raw in an old-GNU tar.gz", verify: verifyGoogle },
  vagrant: { title: "Vagrant with libvirt", takes: "a box", verify: verifyVagrant },
  "bare-metal": {
    title: "bare metal",
    takes: "raw compressed with zstd",
    verify: async (file) => checked("raw.zst", BARE_METAL_RULES, await readZstdDisk(file)),
  },
} as const satisfies Record<string, Platform>;

type PlatformName = keyof typeof PLATFORMS;

/**
 * Checks a file against a platform's rules. The file may come from elsewhere: nothing in it is trusted.
 * @throws UserError on an unknown platform, and on a file that cannot be read
 */
export async function verifyArtefact(platform: string, path: string): Promise<Verification> {
  if (!Object.hasOwn(PLATFORMS, platform)) {
    throw new UserError(`there is no platform "${platform}": write one of ${Object.keys(PLATFORMS).join(", ")}`);
  }
  return ByteFile.read(path, (file) => PLATFORMS[platform as PlatformName].verify(file));
}

function checked<Facts>(format: string, rules: readonly Rule<Facts>[], facts: Facts): Verification {
  return { format, rules: rules.length, broken: brokenRules(rules, facts) };
}

async function verifyDisk(file: ByteFile): Promise<Verification> {
  if (!(await isQcow2(file))) return checked("raw", RAW_RULES, await readRawDisk(file));
  const header = await readQcow2(file);
  if (header !== undefined) return checked("qcow2", QCOW2_RULES, header);
  return {
    format: "qcow2",
    rules: 1,
    broken: [{ code: "QC08", message: "the file ends within its header: make it again" }],
  };
}

/** A guest's disk is raw; a qcow2 is for those who start HVM guests from one. */
async function verifyXen(file: ByteFile): Promise<Verification> {
  const { format, rules, broken } = await verifyDisk(file);
  if (format !== "raw") return { format, rules, broken };
  const boot = brokenRules(XEN_RULES, await readBootConfiguration(file));
  return { format, rules: rules + XEN_RULES.length, broken: [...broken, ...boot] };
}

async function verifyVmware(file: ByteFile): Promise<Verification> {
  if (await isVmdk(file)) return verifyVmdk(file);
  return checked("OVA", OVA_RULES, await readOva(file));
}

async function verifyVmdk(file: ByteFile): Promise<Verification> {
  const vmdk = await readVmdk(file);
  if (vmdk !== undefined) return checked("VMDK", VMDK_RULES, vmdk);
  return {
    format: "VMDK",
    rules: 1,
    broken: [{ code: "VM09", message: "the file ends within its header: make it again" }],
  };
}

/** https://docs.aws.amazon.com/vm-import/latest/userguide/prerequisites.html */
const AWS_LARGEST = 16 * 1024 * GIB;

async function verifyAws(file: ByteFile): Promise<Verification> {
  const result = (await isVmdk(file)) ? await verifyVmdk(file) : checked("raw", RAW_RULES, await readRawDisk(file));
  const message = `the file has ${file.sizeBytes} bytes, more than the 16 TiB that a volume may have: write another diskSize`;
  const broken = file.sizeBytes > AWS_LARGEST ? [...result.broken, { code: "AW01", message }] : result.broken;
  return { ...result, rules: result.rules + 1, broken };
}

async function verifyGoogle(file: ByteFile): Promise<Verification> {
  const gzip = await isGzip(file);
  return checked("tar.gz", GOOGLE_RULES, { gzip, ...(gzip && { archive: await readTarGz(file) }) });
}

async function verifyVagrant(file: ByteFile): Promise<Verification> {
  const gzip = await isGzip(file);
  return checked("box", VAGRANT_LIBVIRT_RULES, vagrantBox(gzip, gzip ? await readTarGz(file) : undefined));
}
