import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { InstallMedium } from "../../recipe/medium";
import { OsRelease } from "../../recipe/release";
import { sha256OfFile } from "../../util/digest";
import { UserError } from "../../util/user-error";
import { fetchChecksum } from "../lock";

/** What is said of the medium on the command line. */
export interface MediumOptions {
  readonly iso?: string;
  readonly checksum?: string;
  readonly release?: string;
}

/** A medium as main.ts names it; with `checksumUrl`, the digest goes into the media lock. */
export interface Medium {
  readonly url: string;
  readonly checksum: string;
  readonly checksumUrl?: string;
}

/** The medium of who names none: Rocky Linux 9, from its vendor's vault, where nothing is replaced. */
const DEFAULT_FOLDER = "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64";
const DEFAULT_MEDIUM: Medium = {
  url: `${DEFAULT_FOLDER}/Rocky-9.6-x86_64-minimal.iso`,
  checksumUrl: `${DEFAULT_FOLDER}/CHECKSUM`,
  checksum: "sha256:aed9449cf79eb2d1c365f4f2561f923a80451b3e8fdbf595889b4cf0ac6c58b8",
};

/** The release that was named, or else the one that the medium's name or the kickstart's `#version=` names. */
export function releaseOf({ release, iso }: MediumOptions, kickstart: string): OsRelease {
  if (release !== undefined) return OsRelease.byId(release);
  const version = /^#version=\s*(\S+)/m.exec(kickstart)?.[1];
  const told = [iso === undefined ? undefined : releaseNamed(basename(iso)), version].find((id) => isRelease(id));
  return told === undefined ? OsRelease.ROCKY_9 : OsRelease.byId(told);
}

/** By the names that vendors give their media, e.g. "rocky9" for "Rocky-9.6-x86_64-minimal.iso". */
function releaseNamed(iso: string): string | undefined {
  const fedora = /^Fedora-.*-x86_64-(\d+)-/.exec(iso)?.[1];
  if (fedora !== undefined) return `fedora${fedora}`;
  const [, vendor, version] = /^(rhel|CentOS|CentOS-Stream|Rocky|AlmaLinux|OracleLinux)-R?(\d+)/i.exec(iso) ?? [];
  return vendor === undefined ? undefined : `${vendor}${version}`;
}

function isRelease(id: string | undefined): id is string {
  try {
    return id !== undefined && OsRelease.byId(id) !== undefined;
  } catch {
    return false;
  }
}

/**
 * The medium that was named, with its checksum. Rocky Linux 9 has one of its own.
 * @throws UserError if there is no such file, or no checksum is found
 */
export async function mediumOf({ iso, checksum }: MediumOptions, release: OsRelease): Promise<Medium> {
  if (iso === undefined) {
    if (release === OsRelease.ROCKY_9) return DEFAULT_MEDIUM;
    throw new UserError(`no medium of ${release.title} is known: add --iso URL`);
  }
  const isUrl = /^https?:/.test(iso);
  const url = isUrl ? iso : localFile(iso);
  if (checksum?.startsWith("sha256:")) return { url, checksum: requireSha256(url, checksum) };
  if (!isUrl) return { url, checksum: `sha256:${await sha256OfFile(url)}` };
  const candidates = checksum === undefined ? checksumFilesBeside(iso) : [checksum];
  for (const checksumUrl of candidates) {
    try {
      return { url: iso, checksumUrl, checksum: await fetchChecksum(iso, checksumUrl) };
    } catch (error) {
      if (!(error instanceof UserError) || checksum !== undefined) throw error;
    }
  }
  throw new UserError(
    `no checksum of ${iso} was found (looked for ${candidates.join(", ")}): ` +
      `add --checksum with "sha256:..." or the URL of its vendor's checksum file`,
    1,
  );
}

/** Where vendors put them: Rocky and Alma; CentOS 7; CentOS Stream. */
function checksumFilesBeside(iso: string): string[] {
  return ["./CHECKSUM", "./sha256sum.txt", `${iso}.SHA256SUM`].map((file) => new URL(file, iso).href);
}

/** The checksum, if it is one. */
function requireSha256(url: string, checksum: string): string {
  InstallMedium.iso({ url, checksum });
  return checksum;
}

function localFile(iso: string): string {
  const file = resolve(iso);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  throw new UserError(`there is no file ${file}: write the medium's http(s) URL, or the path of an ISO file`);
}
