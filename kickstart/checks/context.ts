import { kernelArguments } from "../../recipe/boot-command";
import type { ResolvedImage } from "../../recipe/properties";
import type { Recipe } from "../../recipe/recipe";
import type { OsRelease } from "../../recipe/release";

/** What is known of the image that a kickstart is for. Checks that need a fact which is not here say nothing. */
export interface ImageContext {
  readonly diskInterface?: Recipe["diskInterface"] | undefined;
  readonly firmware?: Recipe["firmware"] | undefined;
  readonly memoryMiB?: number | undefined;
  readonly diskMiB?: number | undefined;
  readonly delivery?: "http" | "cd" | undefined;
  /** How the build logs in after the installation; `username` is of no meaning with "none". */
  readonly login?: { readonly kind: Recipe["login"]["kind"]; readonly username?: string | undefined } | undefined;
  /** What the boot line says beside the kickstart's URL, e.g. "inst.text inst.repo=http://..." */
  readonly bootLine?: string | undefined;
  /** How the installation has to end; by default "poweroff" without a login and "reboot" with one. */
  readonly end?: "reboot" | "poweroff" | undefined;
}

/** The image as rules see it. */
export interface CheckedImage extends ImageContext {
  readonly release: OsRelease;
  /** The day of the build. */
  readonly today: Date;
}

/**
 * Whether the boot line carries this argument, with or without the `inst.` prefix and a value. It may be what Packer
 * types, with keys such as `<tab>` in it.
 */
export function onBootLine({ bootLine }: ImageContext, argument: string): boolean {
  return new RegExp(`(^|[\\s>])(inst\\.)?${argument}(?=[=\\s<]|$)`).test(bootLine ?? "");
}

/** What an image's properties tell the checks of its kickstart. */
export function contextOf(image: ResolvedImage): ImageContext {
  const { buildLogin, delivery, boot, bootCommand } = image;
  return {
    diskInterface: image.diskInterface,
    firmware: image.firmware,
    memoryMiB: image.memoryMiB,
    diskMiB: image.diskMiB,
    delivery,
    login: { kind: buildLogin.kind, username: buildLogin.username },
    bootLine: boot === "kernel" ? kernelArguments(delivery, "", buildLogin) : bootCommand.join(""),
  };
}

/** Commands that say what happens after the installation; pykickstart keeps the last one. */
export const ENDINGS = ["reboot", "poweroff", "shutdown", "halt"] as const;

/** How the build needs the installation to end, or undefined if the image does not tell. */
export function wantedEnd({ end, login }: CheckedImage): "reboot" | "poweroff" | undefined {
  if (end || !login) return end;
  return login.kind === "none" ? "poweroff" : "reboot";
}
