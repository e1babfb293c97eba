import { text } from "../kickstart";
import type { Rule } from "../rule";
import { nearest } from "../spelling";

/** Zones are named in more ways than this list has, so that it only serves to find the one that was meant. */
const ZONES = ["Etc/UTC", "UTC", ...Intl.supportedValuesOf("timeZone")];

const LISTED = new Set(ZONES);

export const timeZone: Rule = {
  code: "KS310",
  severity: "error",
  title: "unknown time zone",
  why: "The installer asks for a time zone in the place of one that the tz database does not have, or takes America/New_York. (https://www.iana.org/time-zones)",
  remedy: "Write a name of the tz database, such as Etc/UTC or Europe/Berlin.",
  check(kickstart) {
    return kickstart.accepted("timezone").flatMap((command) => {
      const zone = text(command, "timezone");
      if (zone === "" || /[$@{<]/.test(zone) || isKnown(zone)) return [];
      const meant = ZONES.find((known) => known.toLowerCase() === zone.toLowerCase()) ?? nearest(zone, ZONES);
      return [
        {
          at: command,
          message: `there is no time zone ${zone}: ${meant ? `did you mean ${meant}?` : "write one such as Etc/UTC"}`,
        },
      ];
    });
  },
};

/** Also older names, as US/Eastern. Linux minds their case, which Intl does not. */
function isKnown(zone: string): boolean {
  if (LISTED.has(zone)) return true;
  const isCased = zone.split("/").every((part) => /^[A-Z]/.test(part));
  if (!isCased || ZONES.some((known) => known.toLowerCase() === zone.toLowerCase())) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
