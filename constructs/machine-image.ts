import { isAbsolute } from "node:path";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import type { ImageLogin } from "../recipe/image-properties";
import type { DiskLayout } from "../platforms/limits";
import { PROPERTIES } from "../recipe/properties";
import { UserError } from "../util/user-error";
import { escapeTemplate, hasToken } from "./terraform-text";

/** What one consumer sees of an image, as values for its own resources. */
export interface ImageReference {
  /** 64 hex digits. Let a consumer's identity depend on this, not on a path. */
  readonly fingerprint: string;
  /** Absolute path of the disk on the host that plans. */
  readonly path: string;
  /** Absolute path of `manifest.json`; empty for an image made elsewhere. */
  readonly manifestPath: string;
  readonly format: string;
}

/** A machine image, as consumers take it. */
export interface MachineImage {
  readonly name: string;
  readonly firmware: "bios" | "uefi";
  readonly architecture: "x86_64";
  readonly login: ImageLogin;
  /** 64 hex digits; if a part of the recipe is known to Terraform alone, a reference within the image's own stack. */
  readonly fingerprint: string;
  /** Folder of the store that gets what is made of the image. */
  readonly store: string;
  /** Size of the disk, if known. */
  readonly diskMiB?: number;
  /** How its kickstart divides the disk. Undefined if Terraform alone knows the kickstart, or it was made elsewhere. */
  readonly layout?: DiskLayout;
  /** How its build logs in. Undefined for an image made elsewhere. */
  readonly buildLogin?: { readonly kind: string; readonly username: string };
  /** The disk, if it is not in the store. */
  readonly disk?: { readonly path: string; readonly format: "qcow2" | "raw" };
  /**
   * Values for the stack of `scope`, which is deployed after the image's.
   */
  referTo(scope: Construct): ImageReference;
}

/** An image made elsewhere. */
export interface ImageFileProps {
  readonly name: string;
  /** Absolute path of the disk. */
  readonly path: string;
  readonly format: "qcow2" | "raw";
  /**
   * What identifies the image's content, such as its vendor's sha256; 64 hex digits. Who builds on the image needs the sha256 of
   * the file at `path`.
   */
  readonly fingerprint: string;
  /** @default "bios" */
  readonly firmware?: "bios" | "uefi";
  /** @default - no known login */
  readonly login?: ImageLogin;
  /** Folder of the store that gets its exports. @default "images" */
  readonly store?: string;
}

/** @throws UserError on a relative path, or a fingerprint that is no sha256 */
export function imageFromPath(props: ImageFileProps): MachineImage {
  if (!isAbsolute(props.path)) {
    throw new UserError(`path "${props.path}" of image "${props.name}" is relative: write an absolute path`);
  }
  if (!/^[0-9a-f]{64}$/.test(props.fingerprint)) {
    throw new UserError(
      `fingerprint "${props.fingerprint}" of image "${props.name}" is no sha256: write 64 hex digits`,
    );
  }
  return {
    name: props.name,
    firmware: props.firmware ?? "bios",
    architecture: "x86_64",
    login: props.login ?? { username: "", method: "none" },
    fingerprint: props.fingerprint,
    store: props.store ?? PROPERTIES.store.default,
    disk: { path: props.path, format: props.format },
    referTo: () => ({
      fingerprint: props.fingerprint,
      path: absolute(props.path),
      manifestPath: "",
      format: props.format,
    }),
  };
}

/** A path, or a reference to one, as a Terraform string that is absolute on the host that plans. */
export function absolute(path: string): string {
  if (isAbsolute(path)) return escapeTemplate(path);
  if (hasToken(path)) return Fn.abspath(path);
  return Fn.abspath(Fn.rawString(path.replaceAll("\\", "\\\\").replaceAll("%{", "%%{")));
}
