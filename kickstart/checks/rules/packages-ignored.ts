import { SOURCE_COPIES } from "../install-source";
import type { Hit, Rule } from "../rule";

export const packagesIgnored: Rule = {
  code: "KS702",
  severity: "warning",
  title: "packages that are not installed",
  why: "liveimg, ostreesetup, ostreecontainer and bootc copy a finished system: `%packages` and `repo` are then without effect.",
  remedy: "Take %packages and repo out, or install from a repository with `url`.",
  check(kickstart) {
    const image = kickstart.accepted(...SOURCE_COPIES)[0];
    if (!image) return [];
    const packages: Hit[] = kickstart.parsed.sections
      .filter(({ name, body }) => name === "%packages" && body.trim() !== "")
      .map((at) => ({ at, message: `%packages is without effect beside ${image.name}: take it out` }));
    const repos = kickstart
      .accepted("repo")
      .map((at) => ({ at, message: `repo is without effect beside ${image.name}: take it out` }));
    return [...packages, ...repos];
  },
};
