import { XMLBuilder } from "fast-xml-parser";

/** A virtual machine as an OVA describes it. */
export interface OvaMachine {
  /** Name of the machine and of the files; letters, digits, and `. _ + -`. */
  readonly name: string;
  /** Shown to who imports it, such as the release's title. */
  readonly product: string;
  readonly version: string;
  /** 64 hex digits of the image that the disk was made of. */
  readonly fingerprint: string;
  /** VMware's identifier of the guest, such as "rhel9_64Guest". */
  readonly guest: string;
  /** Such as "vmx-19", which ESXi 7.0 U2 and later run. */
  readonly hardware: string;
  readonly firmware: "bios" | "uefi";
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly disk: {
    readonly file: string;
    /** Of the VMDK file. */
    readonly sizeBytes: number;
    /** Of the disk that the guest sees. */
    readonly capacityBytes: number;
  };
}

/** CIM resource types: https://schemas.dmtf.org/wbem/cim-html/2.49.0/CIM_ResourceAllocationSettingData.html */
const PROCESSOR = 3;
const MEMORY = 4;
const SCSI_CONTROLLER = 6;
const ETHERNET = 10;
const DISK_DRIVE = 17;

type Item = Readonly<Record<string, string | number>>;

/** The items of the hardware; CIM's schema wants each one's elements in alphabetical order. */
function items({ cpus, memoryMiB }: OvaMachine): Item[] {
  const list: Item[] = [
    {
      AllocationUnits: "hertz * 10^6",
      ElementName: `${cpus} virtual CPU(s)`,
      InstanceID: 1,
      ResourceType: PROCESSOR,
      VirtualQuantity: cpus,
    },
    {
      AllocationUnits: "byte * 2^20",
      ElementName: `${memoryMiB} MiB of memory`,
      InstanceID: 2,
      ResourceType: MEMORY,
      VirtualQuantity: memoryMiB,
    },
    {
      Address: 0,
      ElementName: "SCSI controller 0",
      InstanceID: 3,
      ResourceSubType: "VirtualSCSI",
      ResourceType: SCSI_CONTROLLER,
    },
    {
      AddressOnParent: 0,
      ElementName: "disk 0",
      HostResource: "ovf:/disk/disk1",
      InstanceID: 4,
      Parent: 3,
      ResourceType: DISK_DRIVE,
    },
    {
      AddressOnParent: 7,
      AutomaticAllocation: "true",
      Connection: "network",
      ElementName: "network card 0",
      InstanceID: 5,
      ResourceSubType: "VMXNET3",
      ResourceType: ETHERNET,
    },
  ];
  return list.map((item) => Object.fromEntries(Object.entries(item).map(([key, value]) => [`rasd:${key}`, value])));
}

/**
 * The text of an `.ovf` file: one machine with one disk on a paravirtual SCSI controller, and a VMXNET3 card.
 * "Open Virtualization Format Specification" 1.1.1 (the envelope that VMware's tools write), DMTF DSP0243.
 */
export function ovaDescriptor(machine: OvaMachine): string {
  const { name, disk } = machine;
  const envelope = {
    "?xml": { "@version": "1.0", "@encoding": "UTF-8" },
    Envelope: {
      "@xmlns": "http://schemas.dmtf.org/ovf/envelope/1",
      "@xmlns:ovf": "http://schemas.dmtf.org/ovf/envelope/1",
      "@xmlns:rasd": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ResourceAllocationSettingData",
      "@xmlns:vssd": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_VirtualSystemSettingData",
      "@xmlns:vmw": "http://www.vmware.com/schema/ovf",
      References: { File: { "@ovf:href": disk.file, "@ovf:id": "file1", "@ovf:size": disk.sizeBytes } },
      DiskSection: {
        Info: "The disks",
        Disk: {
          "@ovf:capacity": disk.capacityBytes,
          "@ovf:capacityAllocationUnits": "byte",
          "@ovf:diskId": "disk1",
          "@ovf:fileRef": "file1",
          "@ovf:format": "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized",
        },
      },
      NetworkSection: {
        Info: "The networks",
        Network: { "@ovf:name": "network", Description: "The network of the machine" },
      },
      VirtualSystem: {
        "@ovf:id": name,
        Info: "A machine",
        Name: name,
        OperatingSystemSection: { "@ovf:id": 80, "@vmw:osType": machine.guest, Info: "The guest" },
        VirtualHardwareSection: {
          Info: "The hardware",
          System: {
            "vssd:ElementName": "Virtual hardware",
            "vssd:InstanceID": 0,
            "vssd:VirtualSystemIdentifier": name,
            "vssd:VirtualSystemType": machine.hardware,
          },
          Item: items(machine),
          "vmw:Config": {
            "@ovf:required": "false",
            "@vmw:key": "firmware",
            "@vmw:value": machine.firmware === "uefi" ? "efi" : "bios",
          },
        },
        ProductSection: {
          Info: "What was built",
          Product: machine.product,
          Version: machine.version,
          FullVersion: machine.fingerprint,
        },
      },
    },
  };
  const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: "@", format: true });
  return builder.build(envelope);
}

/** The text of an `.mf` file: `digests` are sha256, 64 hex digits, by file name. */
export function ovaManifest(digests: Readonly<Record<string, string>>): string {
  return Object.entries(digests)
    .map(([name, hex]) => `SHA256(${name})= ${hex}\n`)
    .join("");
}
