import { spawnSync } from "node:child_process";
import { SUITE } from "./inputs";

/** The two archives that the medium's packages come from, as URLs. */
export interface Mirrors {
  readonly debian: string;
  readonly security: string;
}

/** Debian's own, which lead to a server nearby: https://deb.debian.org. */
const PUBLIC: Mirrors = {
  debian: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

/** What apt says of each package index of its sources, whose lists it has: see the manual page of apt-get. */
const FORMAT = "$(REPO_URI) $(CODENAME) $(COMPONENT) $(ORIGIN)";

/** Sources for mmdebstrap: the release with its updates and security updates. */
export function aptSources(): string[] {
  const { debian, security } = mirrors(process.env, configuredSources());
  return [
    `deb ${debian} ${SUITE} main`,
    `deb ${debian} ${SUITE}-updates main`,
    `deb ${security} ${SUITE}-security main`,
  ];
}

/**
 * The mirrors to use, each for itself: the one that the environment names (`OS_IMAGES_DEBIAN_MIRROR`,
 * `OS_IMAGES_DEBIAN_SECURITY_MIRROR`), else the one from which this machine gets the same release, else Debian's public
 * one. `configured` has a line of FORMAT for each of apt's indexes.
 */
export function mirrors(environment: NodeJS.ProcessEnv, configured: string): Mirrors {
  return {
    debian: environment["OS_IMAGES_DEBIAN_MIRROR"] || mirrorOf(SUITE, configured) || PUBLIC.debian,
    security:
      environment["OS_IMAGES_DEBIAN_SECURITY_MIRROR"] || mirrorOf(`${SUITE}-security`, configured) || PUBLIC.security,
  };
}

/** A URL with a password in it is passed over: it would stand on a command line. */
function mirrorOf(codename: string, configured: string): string | undefined {
  for (const line of configured.split("\n")) {
    const [url = "", ...rest] = line.split(" ");
    if (rest.join(" ") === `${codename} main Debian` && /^https?:\/\/[^@]+$/.test(url)) return url.replace(/\/$/, "");
  }
  return undefined;
}

/** Empty where there is no apt, or where it has fetched no lists yet. */
function configuredSources(): string {
  const words = ["indextargets", "--format", FORMAT, "Created-By: Packages"];
  return spawnSync("apt-get", words, { encoding: "utf8", timeout: 20_000 }).stdout ?? "";
}
