import { GIB, type Rule } from "./finding";
import { diskStart } from "./raw";
import type { TarGz } from "./tar-gz";

const GOOGLE = "https://cloud.google.com/compute/docs/import/import-existing-image#create_image_file";

/** A file for Google Compute Engine: a gzipped archive, or what it is instead. */
export interface GoogleImage {
  readonly gzip: boolean;
  readonly archive?: TarGz;
}

function ofArchive(check: (archive: TarGz) => string | undefined): Rule<GoogleImage>["check"] {
  return ({ archive }) => (archive === undefined ? undefined : check(archive));
}

/** The one member that counts; a rule of its own speaks of others. */
function disk({ records }: TarGz) {
  return records.find(({ type }) => type === "0" || type === "S");
}

/** What Google Compute Engine asks of an imported disk. */
export const GOOGLE_RULES: readonly Rule<GoogleImage>[] = [
  {
    code: "GC01",
    title: "the file is gzipped",
    source: GOOGLE,
    check: ({ gzip }) => (gzip ? undefined : "the file is not gzipped: Google takes a disk.raw in a .tar.gz"),
  },
  {
    code: "GC02",
    title: "the archive can be unpacked to its end",
    source: GOOGLE,
    check: ofArchive(({ broken, ended }) => {
      if (broken !== undefined) return `the file cannot be unpacked (${broken}): it is damaged, make it again`;
      return ended ? undefined : "the archive has no end: it was cut short, or is no tar archive";
    }),
  },
  {
    code: "GC03",
    title: "the archive has the old GNU form",
    source: GOOGLE,
    check: ofArchive(({ records }) => {
      const other = records.find(({ format }) => format !== "gnu");
      return other && `the archive has the form ${other.format}: make it with tar --format=oldgnu`;
    }),
  },
  {
    code: "GC04",
    title: "the archive has a single member",
    source: GOOGLE,
    check: ofArchive(({ records }) => {
      const members = records.filter(({ type }) => !"xgLK".includes(type));
      return members.length === 1
        ? undefined
        : `the archive has ${members.length} members (${members.map(({ name }) => name).join(", ")}): put disk.raw alone into it`;
    }),
  },
  {
    code: "GC05",
    title: "the member is named disk.raw",
    source: GOOGLE,
    check: ofArchive((archive) => {
      const member = disk(archive);
      return member === undefined || member.name === "disk.raw"
        ? undefined
        : `the member is named "${member.name}": name it disk.raw, without a folder before it`;
    }),
  },
  {
    code: "GC06",
    title: "the archive has no extension records",
    source: GOOGLE,
    check: ofArchive(({ records }) => {
      const record = records.find(({ type }) => "xgLK".includes(type));
      return record && `the archive has an extension record of type "${record.type}": make it with tar --format=oldgnu`;
    }),
  },
  {
    code: "GC07",
    title: "the disk has whole GiB",
    source: GOOGLE,
    check: ofArchive((archive) => {
      const member = disk(archive);
      if (member === undefined || (member.realBytes > 0 && member.realBytes % GIB === 0)) return undefined;
      return `the disk has ${member.realBytes} bytes, not whole GiB: resize it to ${Math.max(1, Math.ceil(member.realBytes / GIB))} GiB first`;
    }),
  },
  {
    code: "GC08",
    title: "the member is a file",
    source: GOOGLE,
    check: ofArchive(({ records }) => {
      const other = records.find(({ type }) => !"0SxgLK".includes(type));
      return (
        other &&
        `the member "${other.name}" is of type "${other.type}", not a file: put the disk itself into the archive`
      );
    }),
  },
  {
    code: "RW02",
    title: "the first sector has a boot signature",
    source: "https://uefi.org/specs/UEFI/2.10/05_GUID_Partition_Table_Format.html",
    check: ofArchive((archive) => {
      const member = disk(archive);
      return member === undefined || diskStart(member.start).bootSignature
        ? undefined
        : "the first sector does not end in 55 AA, so that no firmware takes the disk for one with partitions";
    }),
  },
];
