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

/**
 * Whether packages may come from elsewhere than the release's own repositories: from another `repo`, or from a part of the
 * kickstart that is not to be seen.
 */
export function hasOtherRepositories(kickstart: CheckedKickstart): boolean {
  const ownName = /^(fedora|updates|baseos|appstream|crb|powertools|highavailability|resilientstorage|extras|plus)\b/i;
  const ownFolder = /\/(BaseOS|AppStream|CRB|PowerTools|HighAvailability|ResilientStorage|extras|releases)\//i;
  const others = kickstart.accepted("repo").filter((repo) => {
    const places = ["baseurl", "mirrorlist", "metalink"].map((attribute) => text(repo, attribute));
    return !ownName.test(text(repo, "name")) && !places.some((place) => ownFolder.test(place));
  });
  return kickstart.isPartial || others.length > 0 || !kickstart.has(...SOURCE_COMMANDS);
}

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

/** The host of a URL, or of an NFS server's name; undefined if it cannot be told. */
export function hostOf(place: string): string | undefined {
  return /^(?:[a-z+]+:\/\/(?:[^@/]*@)?|nfs:)?(\[[^\]]+\]|[^:/]+)/i.exec(place)?.[1];
}
