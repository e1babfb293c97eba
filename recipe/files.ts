/** Kickstart beside the template and `build.json`, its markers not yet replaced. */
export const KICKSTART_FILE = "kickstart.cfg";

/** Name under which an installer fetches the kickstart, over HTTP or from a CD. */
export const KICKSTART_FILE_SERVED = "ks.cfg";

/** Label of the CD on which an installer finds the kickstart: Anaconda looks for it there by itself. */
export const KICKSTART_LABEL = "OEMDRV";

/** The sealing script, or without a login the kickstart's last section. The builder puts it beside the template. */
export function sealFile({ kind }: { readonly kind: string }): string {
  return kind === "none" ? "seal.cfg" : "seal.sh";
}

/** The builder's input. */
export const REQUEST_FILE = "build.json";

/** The Packer template. */
export function templateFile(imageName: string): string {
  return `${imageName}.pkr.json`;
}
