import type { Hit, Rule } from "../rule";

export const localeMissing: Rule = {
  code: "KS304",
  severity: "warning",
  title: "no language, keyboard or time zone",
  why: "Red Hat's documentation calls the three required. Enterprise Linux 7 asks for a missing time zone; later ones take America/New_York, and all take en_US and a US keyboard. (RHEL 9, Kickstart commands; Anaconda, time spoke)",
  remedy: "Write `lang en_US.UTF-8`, `keyboard us` and `timezone Etc/UTC --utc`.",
  check(kickstart, { release }) {
    if (kickstart.isPartial) return [];
    const hits: Hit[] = [];
    if (!kickstart.has("timezone")) {
      const asks = release.dialect === "rhel7";
      const then = asks ? "the installer will ask" : "the image gets America/New_York";
      const message = `no timezone: ${then}; write \`timezone Etc/UTC ${asks ? "--isUtc" : "--utc"}\``;
      hits.push({ message, severity: asks ? "error" : "warning" });
    }
    if (!kickstart.has("lang"))
      hits.push({ message: "no lang: the image gets en_US; write `lang en_US.UTF-8`", severity: "info" });
    if (!kickstart.has("keyboard"))
      hits.push({ message: "no keyboard: the image gets the US one; write `keyboard us`", severity: "info" });
    return hits;
  },
};
