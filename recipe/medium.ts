import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../util/user-error";
import type { ImageLogin } from "./image-properties";

export interface IsoProps {
  /** Path, `file://` URL or http(s) URL of the medium. A relative path starts in the folder of cdktf.json. */
  readonly url: string;
  /**
   * Its digest as "sha256:<64 hex digits>". Either this or `checksumUrl` is required.
   * @default - the digest that images.lock.json has
   */
  readonly checksum?: string;
  /**
   * The vendor's checksum file. Its digest is read from images.lock.json, where `os-images lock` puts it.
   * @default - none
   */
  readonly checksumUrl?: string;
}

/** An image that another one is built on, as far as a recipe needs it: each `MachineImage` is one. */
export interface BaseImage {
  readonly name: string;
  readonly firmware: "bios" | "uefi";
  /** 64 hex digits, or a reference to a Terraform value; the disk's sha256 if the image is not in a store. */
  readonly fingerprint: string;
  /** Folder of its store. */
  readonly store: string;
  readonly login: ImageLogin;
  /** Size of its disk, if known. */
  readonly diskMiB?: number;
  /** Its disk, if that is not in the store. */
  readonly disk?: { readonly path: string; readonly format: "qcow2" | "raw" };
  /** Its fingerprint as the stack of a construct sees it. That stack is deployed after the image's. */
  referTo(scope: object): { readonly fingerprint: string };
}

/** An installer's medium as it was written. */
export interface IsoMedium extends IsoProps {
  readonly kind: "iso";
}

/** What a machine is started from when its image is built. */
export class InstallMedium {
  private constructor(readonly source: IsoMedium | { readonly kind: "image"; readonly base: BaseImage }) {}

  /**
   * An ISO image with its digest: the operating system is installed.
   * @throws UserError without a checksum, with one that is no sha256, or on a URL or path that cannot be used
   */
  static iso(props: IsoProps): InstallMedium {
    const { url, checksum, checksumUrl } = props;
    if (!isReference(url)) placeOf(url);
    if (checksum === undefined && checksumUrl === undefined) {
      throw new UserError(
        `iso "${url}" has no checksum: write checksum: "sha256:<64 hex digits>", or checksumUrl: "<the vendor's checksum file>"`,
      );
    }
    if (checksum !== undefined && !isReference(checksum) && !/^sha256:[0-9a-f]{64}$/.test(checksum)) {
      throw new UserError(
        `checksum "${checksum}" of iso "${url}" is not valid: write "sha256:" and 64 hex digits in lower case`,
      );
    }
    return new InstallMedium({ kind: "iso", ...props });
  }

  /**
   * The disk of another image: nothing is installed, and there is no kickstart. The build goes on where that image ends. Its
   * fingerprint is in the recipe, so a changed base builds this image anew. An image of `Image.fromPath()` needs the sha256
   * of its disk as fingerprint.
   */
  static image(base: BaseImage): InstallMedium {
    return new InstallMedium({ kind: "image", base });
  }

  /** The image that is built on, if it is one. */
  get base(): BaseImage | undefined {
    return this.source.kind === "image" ? this.source.base : undefined;
  }
}

/** Where a medium is: on a server, or in a file of this machine. */
export type MediumPlace =
  { readonly kind: "server"; readonly url: string } | { readonly kind: "file"; readonly path: string };

/**
 * The place that a medium's URL or path names; a `file://` URL is decoded.
 * @throws UserError if no medium can be read there
 */
export function placeOf(url: string): MediumPlace {
  if (/^https?:\/\/[^/]/i.test(url)) return { kind: "server", url };
  const path = /^file:/i.test(url) ? pathOf(url) : url;
  if (path.trim() === "" || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
    throw new UserError(
      `iso "${url}" is no medium: write a path, or a URL that begins with http://, https:// or file://`,
    );
  }
  // QEMU ends a file's name at a comma, and Packer does not double it as QEMU wants it.
  if (path.includes(",")) {
    throw new UserError(`iso "${url}" has a comma in its path, which QEMU cannot open: rename the file or its folder`);
  }
  return { kind: "file", path };
}

/**
 * A medium's URL or path as the default of Packer's `iso_url`; none for a relative path, which means another file in every
 * folder that Packer is run in.
 */
export function packerDefault(url: string): string | undefined {
  if (isReference(url)) return url;
  const place = placeOf(url);
  if (place.kind === "server") return place.url;
  return isAbsolute(place.path) ? packerPath(place.path) : undefined;
}

/**
 * A path as Packer's `iso_url` takes it, which it reads as a template and as a URL: with escapes for what Go's `net/url`
 * escapes in a path (`shouldEscape`), and no others, since Packer looks for the file by these.
 */
export function packerPath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-_.~$&+,/:;=@]/gu, (character) =>
    [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
  );
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    throw new UserError(`iso "${url}" is no file URL of this machine: write it as file:///folder/name.iso`);
  }
}

/** Whether Terraform alone knows the value. */
function isReference(text: string): boolean {
  return text.includes("${");
}
