import { z } from "zod";
import { GIB, type Rule } from "./finding";
import type { TarGz, UnpackedRecord } from "./tar-gz";

const LIBVIRT_BOX = "https://github.com/vagrant-libvirt/vagrant-libvirt/blob/main/docs/boxes.markdown";
const BOX = "https://developer.hashicorp.com/vagrant/docs/boxes/format";

/** A file for Vagrant: a gzipped archive, or what it is instead. */
export interface VagrantBox {
  readonly gzip: boolean;
  readonly archive?: TarGz;
  readonly metadata?: z.infer<typeof metadataSchema>;
}

const metadataSchema = z.looseObject({
  provider: z.string().optional(),
  format: z.string().optional(),
  virtual_size: z.number().optional(),
});

/** A box's own metadata, if its archive has some that can be read. */
export function vagrantBox(gzip: boolean, archive: TarGz | undefined): VagrantBox {
  const member = archive && memberOf(archive, "metadata.json");
  const metadata = member && parseMetadata(member.start.toString("utf8", 0, member.sizeBytes));
  return { gzip, ...(archive && { archive }), ...(metadata && { metadata }) };
}

function parseMetadata(text: string): VagrantBox["metadata"] {
  try {
    return metadataSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function memberOf({ records }: TarGz, name: string): UnpackedRecord | undefined {
  return records.find((record) => record.name.replace(/^\.\//, "") === name);
}

function ofArchive(check: (archive: TarGz, box: VagrantBox) => string | undefined): Rule<VagrantBox>["check"] {
  return (box) => (box.archive === undefined ? undefined : check(box.archive, box));
}

/** The virtual size in the header of a qcow2, in bytes; undefined if the member is none. */
function virtualBytes(member: UnpackedRecord | undefined): number | undefined {
  if (member === undefined || member.start.toString("latin1", 0, 4) !== "QFI\xfb") return undefined;
  return Number(member.start.readBigUInt64BE(24));
}

/** What vagrant-libvirt asks of a box. */
export const VAGRANT_LIBVIRT_RULES: readonly Rule<VagrantBox>[] = [
  {
    code: "VG01",
    title: "the box is a gzipped archive",
    source: BOX,
    check: ({ gzip }) => (gzip ? undefined : "the box is not gzipped: pack it with tar czf"),
  },
  {
    code: "VG02",
    title: "the archive can be unpacked to its end",
    source: BOX,
    check: ofArchive(({ broken, ended }) => {
      if (broken !== undefined) return `the box cannot be unpacked (${broken}): it is damaged, make it again`;
      return ended ? undefined : "the archive has no end: it was cut short, or is no tar archive";
    }),
  },
  {
    code: "VG03",
    title: "the box has a metadata.json",
    source: BOX,
    check: ofArchive((archive, { metadata }) => {
      if (memberOf(archive, "metadata.json") === undefined) return "the box has no metadata.json at its top: add it";
      return metadata === undefined ? "metadata.json is no JSON object: write it anew" : undefined;
    }),
  },
  {
    code: "VG04",
    title: "the provider is libvirt",
    source: LIBVIRT_BOX,
    check: ({ metadata }) =>
      metadata === undefined || metadata.provider === "libvirt"
        ? undefined
        : `the provider is "${metadata.provider ?? ""}": write "libvirt" in metadata.json`,
  },
  {
    code: "VG05",
    title: "the format is qcow2",
    source: LIBVIRT_BOX,
    check: ({ metadata }) =>
      metadata === undefined || metadata.format === "qcow2"
        ? undefined
        : `the format is "${metadata.format ?? ""}": write "qcow2" in metadata.json`,
  },
  {
    code: "VG06",
    title: "the virtual size is a whole number of GiB",
    source: LIBVIRT_BOX,
    check: ({ metadata }) =>
      metadata === undefined || (Number.isInteger(metadata.virtual_size) && (metadata.virtual_size ?? 0) > 0)
        ? undefined
        : `virtual_size is ${metadata.virtual_size ?? "missing"}: write the disk's size in whole GiB`,
  },
  {
    code: "VG07",
    title: "box.img is a qcow2",
    source: LIBVIRT_BOX,
    check: ofArchive((archive) => {
      const image = memberOf(archive, "box.img");
      if (image === undefined) return "the box has no box.img at its top: add the disk under this name";
      return virtualBytes(image) === undefined ? "box.img is no qcow2: convert the disk" : undefined;
    }),
  },
  {
    code: "VG08",
    title: "the disk fits into the virtual size",
    source: LIBVIRT_BOX,
    check: ofArchive((archive, { metadata }) => {
      const bytes = virtualBytes(memberOf(archive, "box.img"));
      const size = metadata?.virtual_size;
      if (bytes === undefined || size === undefined || bytes <= size * GIB) return undefined;
      return `box.img has ${bytes} bytes, more than the ${size} GiB of metadata.json: write ${Math.ceil(bytes / GIB)}`;
    }),
  },
  {
    code: "VG09",
    title: "the box brings a Vagrantfile",
    source: BOX,
    check: ofArchive((archive) =>
      memberOf(archive, "Vagrantfile") === undefined
        ? "the box has no Vagrantfile at its top: add one, if only an empty one"
        : undefined,
    ),
  },
  {
    code: "VG10",
    title: "no member leaves the box's folder",
    source: BOX,
    check: ofArchive(({ records }) => {
      const bad = records.find(
        ({ name, type }) => name.startsWith("/") || name.split("/").includes("..") || "12".includes(type),
      );
      return bad && `the member "${bad.name}" leads out of the box, or is a link: pack plain files only`;
    }),
  },
];
