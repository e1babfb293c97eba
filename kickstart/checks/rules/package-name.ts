import { COMMON_PACKAGES, FOREIGN_PACKAGES, REMOVED_PACKAGES } from "../facts/packages";
import { hasOtherRepositories, SOURCE_COPIES } from "../install-source";
import { versionOf } from "../layout";
import { hasVisiblePackages, packageLines } from "../packages";
import type { CheckedKickstart } from "../kickstart";
import type { CheckedImage } from "../context";
import type { Hit, Rule } from "../rule";
import { isOneSlip } from "../spelling";

export const packageName: Rule = {
  code: "KS604",
  severity: "error",
  title: "package that no repository has",
  why: "pykickstart takes the whole line for a name. The installer stops at a package that no repository has, unless `%packages` says --ignoremissing: at a line with two names or a comma, at a misspelt name or one in other case, and at one that an earlier release had.",
  remedy: "Write one name a line, as `dnf list` shows it.",
  check(kickstart, image) {
    if (kickstart.has(...SOURCE_COPIES)) return [];
    const ignores = kickstart.parsed.sections.some(
      ({ name, args }) => name === "%packages" && args.includes("--ignoremissing"),
    );
    return packageLines(kickstart).flatMap(({ content, ...at }): Hit[] => {
      if (content.startsWith("%") || /[$<{]|@@/.test(content)) return [];
      const wrong =
        content.startsWith("@") || content.startsWith("-@") ? ofGroup(content) : ofPackage(kickstart, image, content);
      return wrong === undefined
        ? []
        : [{ at, message: wrong.message, ...((ignores || wrong.perhaps) && { severity: "warning" as const }) }];
    });
  },
};

interface Wrong {
  readonly message: string;
  /** Whether the installation may go on: another repository may have it, or nothing is excluded. */
  readonly perhaps?: boolean;
}

function ofGroup(content: string): Wrong | undefined {
  if (/^-?@\^?$/.test(content)) return { message: `${content} names no group: write one, such as @core` };
  if (!/[,;"']/.test(content)) return undefined;
  return { message: `${content} has ${/[,;"']/.exec(content)![0]} in its name: write one group a line, without it` };
}

function ofPackage(
  kickstart: CheckedKickstart,
  { release, diskInterface }: CheckedImage,
  content: string,
): Wrong | undefined {
  const name = content.replace(/^-\s*/, "");
  const odd = /^\+|[,;"'\\|]|\s(?![<>=(])/.exec(name)?.[0];
  if (odd) {
    const what = odd.trim() === "" ? "a blank" : odd;
    const message = `${content} has ${what} in its name: write one package a line, without it`;
    return { message, perhaps: content.startsWith("-") };
  }
  if (content.startsWith("-") || /[*?[]/.test(name) || !hasVisiblePackages(kickstart)) return undefined;
  const foreign = Object.hasOwn(FOREIGN_PACKAGES, name) ? FOREIGN_PACKAGES[name] : undefined;
  if (foreign)
    return { message: `${name} is Debian's name: write ${foreign}`, perhaps: hasOtherRepositories(kickstart) };
  const architecture = /\.(aarch64|ppc64le|s390x|armv7hl)$/.exec(name)?.[1];
  if (architecture && diskInterface) {
    return { message: `${name} is for ${architecture}, but the build's machine has x86_64: leave it out` };
  }
  if (kickstart.parsed.packages.excludedList?.includes(name)) {
    return { message: `${name} is installed and excluded: keep one of the lines`, perhaps: true };
  }
  if (COMMON_PACKAGES.includes(name)) return removed(kickstart, release.dialect, release.title, name);
  const cased = COMMON_PACKAGES.find((known) => known.toLowerCase() === name.toLowerCase());
  if (cased) return { message: `there is no package ${name}: write ${cased}` };
  const meant = COMMON_PACKAGES.find((known) => known[0] === name[0] && known.length >= 5 && isOneSlip(name, known));
  if (meant && !isVariant(name, meant))
    return {
      message: `there is hardly a package ${name}: did you mean ${meant}?`,
      perhaps: hasOtherRepositories(kickstart),
    };
  return removed(kickstart, release.dialect, release.title, name);
}

/** Whether two names differ in a number or an ending that packages really have, as python3 and python2. */
function isVariant(name: string, known: string): boolean {
  return name.replace(/\d/g, "") === known.replace(/\d/g, "") || name === `${known}s` || `${name}s` === known;
}

function removed(
  kickstart: CheckedKickstart,
  dialect: CheckedImage["release"]["dialect"],
  title: string,
  name: string,
): Wrong | undefined {
  const found = Object.hasOwn(REMOVED_PACKAGES, name) ? REMOVED_PACKAGES[name] : undefined;
  if (!found || dialect.startsWith("fedora") || versionOf(dialect) < found[0]) return undefined;
  return {
    message: `${title} has no package ${name}: there is ${found[1]} instead`,
    perhaps: hasOtherRepositories(kickstart),
  };
}
