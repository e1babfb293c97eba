import { text, type CheckedKickstart } from "./kickstart";
import type { ParsedCommand } from "./parsed";

/** Commands that say where the system comes from. */
export const SOURCE_COMMANDS = [
  "cdrom",
  "url",
  "nfs",
  "harddrive",
  "hmc",
  "liveimg",
  "ostreesetup",
  "ostreecontainer",
  "bootc",
] as const;

/** Those of them that copy a finished system, so that no packages are installed. */
export const SOURCE_COPIES = ["liveimg", "ostreesetup", "ostreecontainer", "bootc"] as const;

/** Places on the network that the installer has to reach, with the line that names them. */
export function networkPlaces(
  kickstart: CheckedKickstart,
): { readonly command: ParsedCommand; readonly place: string }[] {
  return kickstart
    .accepted("url", "repo", "nfs", "liveimg", "ostreesetup", "ostreecontainer", "bootc")
    .flatMap((command) =>
      ["url", "mirrorlist", "metalink", "baseurl", "server"]
        .map((attribute) => text(command, attribute))
        .filter((place) => (command.name === "nfs" ? place !== "" : /^(https?|ftp|nfs):/.test(place)))
        .map((place) => ({ command, place })),
    );
}

/** The host of a URL, or of an NFS server's name; undefined where it cannot be told. */
export function hostOf(place: string): string | undefined {
  return /^(?:[a-z+]+:\/\/(?:[^@/]*@)?|nfs:)?(\[[^\]]+\]|[^:/]+)/i.exec(place)?.[1];
}
