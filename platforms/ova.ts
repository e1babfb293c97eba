import { createHash } from "node:crypto";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import type { ByteFile } from "./bytes";
import type { Rule } from "./finding";
import { readTar, type TarArchive, type TarRecord } from "./tar";
import { brokenRules } from "./finding";
import { readVmdk, VMDK_RULES, type Vmdk } from "./vmdk";

/**
 * An OVA: the archive, its descriptor, its manifest and its disks.
 * "Open Virtualization Format Specification" 2.1.1, DMTF DSP0243.
 */
export interface Ova {
  readonly archive: TarArchive;
  readonly descriptor?: Descriptor;
  /** Digests that the manifest claims, by file name; undefined if there is no manifest. */
  readonly manifest?: ReadonlyMap<string, string>;
  /** Lines of the manifest that say nothing. */
  readonly strangeLines: readonly string[];
  /** sha256 of the members, 64 hex digits. */
  readonly digests: ReadonlyMap<string, string>;
  readonly disks: ReadonlyMap<string, Vmdk | undefined>;
}

/** What a descriptor says, as far as the rules ask. */
export interface Descriptor {
  readonly files: readonly { readonly id: string; readonly href: string; readonly sizeBytes: number }[];
  readonly diskList: readonly {
    readonly fileRef: string;
    readonly capacityBytes: number;
    readonly format: string;
  }[];
  /** `vmw:osType` of the OperatingSystemSection. */
  readonly guest: string;
  readonly hardware: string;
  /** "bios" or "efi", if the descriptor says so. */
  readonly firmware?: string;
  /** Items of the virtual hardware by CIM resource type: 6 SCSI, 10 NIC, 17 disk, 20 SATA. */
  readonly items: readonly {
    readonly type: number;
    readonly subType: string;
    readonly id: string;
    readonly parent: string;
  }[];
}

/** Largest descriptor and manifest that are read, in bytes. */
const MOST_TEXT = 4 << 20;

/** Reads an OVA. Every byte is read once, for the digests. */
export async function readOva(file: ByteFile): Promise<Ova> {
  const archive = await readTar(file);
  const text = async (ending: string): Promise<string | undefined> => {
    const record = archive.records.find(({ name, sizeBytes }) => name.endsWith(ending) && sizeBytes <= MOST_TEXT);
    return record && (await file.at(record.dataOffset, record.sizeBytes)).toString("utf8");
  };
  const descriptor = parseDescriptor(await text(".ovf"));
  const { manifest, strangeLines } = parseManifest(await text(".mf"));
  const digests = new Map<string, string>();
  const disks = new Map<string, Vmdk | undefined>();
  for (const record of archive.records) {
    digests.set(record.name, await digestOf(file, record));
    if (record.name.endsWith(".vmdk"))
      disks.set(record.name, await readVmdk(file, record.dataOffset, record.sizeBytes));
  }
  return { archive, ...(descriptor && { descriptor }), ...(manifest && { manifest }), strangeLines, digests, disks };
}

async function digestOf(file: ByteFile, { dataOffset, sizeBytes }: TarRecord): Promise<string> {
  const hash = createHash("sha256");
  if (sizeBytes > 0) for await (const piece of file.stream(dataOffset, sizeBytes)) hash.update(piece);
  return hash.digest("hex");
}

function parseManifest(text: string | undefined): Pick<Ova, "manifest" | "strangeLines"> {
  if (text === undefined) return { strangeLines: [] };
  const manifest = new Map<string, string>();
  const strangeLines: string[] = [];
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== "")) {
    const [, name, hex] = /^SHA256 ?\((.+)\) ?= ?([0-9a-f]{64})$/.exec(line) ?? [];
    if (name === undefined || hex === undefined) strangeLines.push(line.slice(0, 80));
    else manifest.set(name, hex);
  }
  return { manifest, strangeLines };
}

type Node = Readonly<Record<string, unknown>>;

/** Reads a descriptor; undefined for what is no OVF. A document type, and with it entities, is refused. */
function parseDescriptor(text: string | undefined): Descriptor | undefined {
  if (text === undefined || /<!DOCTYPE/i.test(text) || XMLValidator.validate(text) !== true) return undefined;
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    removeNSPrefix: true,
    parseTagValue: false,
  });
  const envelope = nodes((parser.parse(text) as Node)["Envelope"])[0] ?? {};
  const system = nodes(envelope["VirtualSystem"])[0];
  const hardware = nodes(system?.["VirtualHardwareSection"])[0];
  if (system === undefined || hardware === undefined) return undefined;
  const firmware = nodes(hardware["Config"]).find((config) => config["@key"] === "firmware")?.["@value"];
  return {
    files: nodes(nodes(envelope["References"])[0]?.["File"]).map((one) => ({
      id: value(one["@id"]),
      href: value(one["@href"]),
      sizeBytes: Number(one["@size"] ?? NaN),
    })),
    diskList: nodes(nodes(envelope["DiskSection"])[0]?.["Disk"]).map((one) => ({
      fileRef: value(one["@fileRef"]),
      capacityBytes: Number(one["@capacity"] ?? NaN) * unitBytes(value(one["@capacityAllocationUnits"])),
      format: value(one["@format"]),
    })),
    guest: value(nodes(system["OperatingSystemSection"])[0]?.["@osType"]),
    hardware: value(nodes(hardware["System"])[0]?.["VirtualSystemType"]),
    ...(typeof firmware === "string" && { firmware }),
    items: nodes(hardware["Item"]).map((one) => ({
      type: Number(one["ResourceType"] ?? NaN),
      subType: value(one["ResourceSubType"]),
      id: value(one["InstanceID"]),
      parent: value(one["Parent"]),
    })),
  };
}

function nodes(node: unknown): Node[] {
  const list = node === undefined ? [] : Array.isArray(node) ? (node as unknown[]) : [node];
  return list.filter((one): one is Node => typeof one === "object" && one !== null);
}

function value(node: unknown): string {
  if (typeof node === "string") return node;
  const text = typeof node === "object" && node !== null ? (node as Node)["#text"] : undefined;
  return typeof text === "string" ? text : "";
}

/** "byte * 2^30" and the like; no unit is bytes. DSP0004, annex C. */
function unitBytes(unit: string): number {
  if (unit === "" || unit === "byte") return 1;
  const power = /^byte\s*\*\s*2\^(\d+)$/.exec(unit)?.[1];
  return power === undefined ? NaN : 2 ** Number(power);
}

const OVF = "https://www.dmtf.org/sites/default/files/standards/documents/DSP0243_2.1.1.pdf";
const STREAM_OPTIMIZED = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";

function ofDescriptor(check: (descriptor: Descriptor, ova: Ova) => string | undefined): Rule<Ova>["check"] {
  return (ova) => (ova.descriptor === undefined ? undefined : check(ova.descriptor, ova));
}

/** What vSphere and VirtualBox ask of an OVA; the disks in it keep the rules of VMDKs besides. */
export const OVA_RULES: readonly Rule<Ova>[] = [
  {
    code: "OV01",
    title: "the file is an uncompressed ustar archive",
    source: OVF,
    check: ({ archive: { records } }) => {
      if (records.length === 0) return "the file is no tar archive: pack it with tar --format=ustar, uncompressed";
      const other = records.find(({ format, type }) => format !== "ustar" || type !== "0");
      return other && `the member "${other.name}" is no plain file of the form ustar: pack it with tar --format=ustar`;
    },
  },
  {
    code: "OV02",
    title: "the descriptor comes first",
    source: OVF,
    check: ({ archive: { records } }) =>
      records.length === 0 || records[0]?.name.endsWith(".ovf")
        ? undefined
        : `the first member is "${records[0]?.name}": put the .ovf first`,
  },
  {
    code: "OV03",
    title: "the manifest comes second",
    source: OVF,
    check: ({ archive: { records } }) =>
      records.length < 2 || records[1]?.name.endsWith(".mf")
        ? undefined
        : `the second member is "${records[1]?.name}": put the .mf after the .ovf, under the same name`,
  },
  {
    code: "OV04",
    title: "the archive has its end",
    source: OVF,
    check: ({ archive: { records, ended } }) =>
      ended || records.length === 0 ? undefined : "the archive has no end: it was cut short, make it again",
  },
  {
    code: "OV05",
    title: "the descriptor can be read",
    source: OVF,
    check: ({ archive: { records }, descriptor }) =>
      descriptor !== undefined || records.length === 0
        ? undefined
        : "the .ovf is missing, no well-formed XML, or without a VirtualSystem with hardware: write it anew",
  },
  {
    code: "OV06",
    title: "the manifest's lines are SHA256(name)= hex",
    source: OVF,
    check: ({ strangeLines: [line] }) =>
      line && `the manifest has the line "${line}": write SHA256(name)= and 64 hex digits`,
  },
  {
    code: "OV07",
    title: "the manifest has every file's digest, and they are right",
    source: OVF,
    check: ({ archive: { records }, manifest, digests }) => {
      for (const { name } of manifest === undefined
        ? []
        : records.filter((record) => !/\.(mf|cert)$/.test(record.name))) {
        const said = manifest?.get(name);
        if (said === undefined) return `the manifest has no digest of "${name}": add it`;
        if (said !== digests.get(name))
          return `the manifest's digest of "${name}" is ${said}, the file's ${digests.get(name)}: make it again`;
      }
      const absent = [...(manifest?.keys() ?? [])].find((name) => !digests.has(name));
      return absent && `the manifest has a digest of "${absent}", which is not in the archive: take the line out`;
    },
  },
  {
    code: "OV08",
    title: "the archive holds what the descriptor refers to, in its order",
    source: OVF,
    check: ofDescriptor(({ files }, { archive: { records } }) => {
      const members = records.map(({ name }) => name).filter((name) => !/\.(ovf|mf|cert)$/.test(name));
      const asked = files.map(({ href }) => href);
      return members.join("\0") === asked.join("\0")
        ? undefined
        : `the descriptor refers to ${asked.join(", ") || "nothing"}, the archive holds ${members.join(", ") || "nothing"}: make them the same`;
    }),
  },
  {
    code: "OV09",
    title: "the descriptor's file sizes are right",
    source: OVF,
    check: ofDescriptor(({ files }, { archive: { records } }) => {
      const wrong = files.find((one) =>
        records.some(({ name, sizeBytes }) => name === one.href && sizeBytes !== one.sizeBytes),
      );
      return (
        wrong &&
        `the descriptor gives "${wrong.href}" ${wrong.sizeBytes} bytes, the archive has another number: make it again`
      );
    }),
  },
  {
    code: "OV10",
    title: "disks are named as stream-optimized VMDKs",
    source: OVF,
    check: ofDescriptor(({ diskList }) => {
      const wrong = diskList.find(({ format }) => format !== STREAM_OPTIMIZED);
      return wrong && `a disk's format is "${wrong.format}": write ${STREAM_OPTIMIZED}`;
    }),
  },
  {
    code: "OV11",
    title: "disks and files belong together",
    source: OVF,
    check: ofDescriptor(({ diskList, files }) => {
      if (diskList.length === 0) return "the descriptor has no disk: add a DiskSection";
      const wrong = diskList.find(({ fileRef }) => !files.some(({ id }) => id === fileRef));
      return wrong && `a disk refers to the file "${wrong.fileRef}", which is not among the references: write its id`;
    }),
  },
  {
    code: "OV12",
    title: "a disk's capacity is that of its VMDK",
    source: OVF,
    check: ofDescriptor(({ diskList, files }, { disks }) => {
      for (const { fileRef, capacityBytes } of diskList) {
        const vmdk = disks.get(files.find(({ id }) => id === fileRef)?.href ?? "");
        if (vmdk === undefined || vmdk.capacitySectors * 512 === capacityBytes) continue;
        return `the descriptor gives a disk ${capacityBytes} bytes, its VMDK has ${vmdk.capacitySectors * 512}: write the VMDK's`;
      }
      return undefined;
    }),
  },
  {
    code: "OV13",
    title: "the guest is named",
    source:
      "https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.GuestOsDescriptor.GuestOsIdentifier.html",
    check: ofDescriptor(({ guest }) =>
      /^[a-z][A-Za-z0-9_]+$/.test(guest)
        ? undefined
        : `the guest is "${guest}": write vmw:osType, such as "rhel9_64Guest"`,
    ),
  },
  {
    code: "OV14",
    title: "the hardware's version is a VMware one",
    source: "https://knowledge.broadcom.com/external/article/312100",
    check: ofDescriptor(({ hardware }) =>
      /^vmx-\d\d$/.test(hardware)
        ? undefined
        : `the hardware is "${hardware}": write VirtualSystemType, such as vmx-19`,
    ),
  },
  {
    code: "OV15",
    title: "every disk hangs on a controller",
    source: OVF,
    check: ofDescriptor(({ items }) => {
      const drives = items.filter(({ type }) => type === 17);
      if (drives.length === 0) return "the hardware has no disk drive: add an Item of the type 17";
      const loose = drives.find(
        ({ parent }) => !items.some(({ type, id }) => id === parent && [5, 6, 20].includes(type)),
      );
      return (
        loose &&
        `the drive ${loose.id} has the parent "${loose.parent}", which is no controller: write a controller's InstanceID`
      );
    }),
  },
  {
    code: "OV16",
    title: "controllers and network cards are named",
    source: OVF,
    check: ofDescriptor(({ items }) => {
      const nameless = items.find(({ type, subType }) => [6, 10, 20].includes(type) && subType === "");
      return nameless && `the item ${nameless.id} has no ResourceSubType: write one, such as VirtualSCSI or VMXNET3`;
    }),
  },
  {
    code: "OV17",
    title: "the firmware is one that VMware knows",
    source: OVF,
    check: ofDescriptor(({ firmware }) =>
      firmware === undefined || firmware === "bios" || firmware === "efi"
        ? undefined
        : `the firmware is "${firmware}": write bios or efi`,
    ),
  },
  {
    code: "OV18",
    title: "file names are plain",
    source: OVF,
    check: ({ archive: { records } }) => {
      const wrong = records.find(({ name }) => !/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name));
      return wrong && `the member is named "${wrong.name}": use letters, digits, and . _ + - alone, without folders`;
    },
  },
  {
    code: "OV19",
    title: "the disks keep the rules of VMDKs",
    source: OVF,
    check: ({ disks }) => {
      for (const [name, vmdk] of disks) {
        if (vmdk === undefined) return `"${name}" is no VMDK: convert it with subformat=streamOptimized`;
        const [broken] = brokenRules(VMDK_RULES, vmdk);
        if (broken !== undefined) return `"${name}": ${broken.code}: ${broken.message}`;
      }
      return undefined;
    },
  },
];
