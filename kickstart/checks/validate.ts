import { join } from "node:path";
import type { OsRelease } from "../../recipe/release";
import { cacheDir } from "../../host/cache";
import { ParseCache } from "./cache";
import type { CheckedImage, ImageContext } from "./context";
import type { Finding } from "./finding";
import { CheckedKickstart } from "./kickstart";
import { parseKickstarts } from "./parser";
import type { ParsedKickstart } from "./parsed";
import { findPython, type Python } from "./parser";
import type { CodeInfo, Hit } from "./rule";
import { RULES } from "./rules";
import { silence } from "./silence";
import { inspect } from "./source";

/** A kickstart to be checked, for one image. */
export interface KickstartFile {
  /** Names it in findings; relative includes are looked for beside it. */
  readonly path: string;
  readonly text: string;
  readonly release: OsRelease;
  readonly context?: ImageContext;
  /** Codes that are not to be reported. */
  readonly ignore?: readonly string[];
}

/** Where answers are kept and who parses; for tests. */
export interface ValidateOptions {
  /** @default the day it is */
  readonly today?: Date;
  /** @default the Python that set-up made, asked for only if something is to be parsed */
  readonly python?: Python;
  /** False parses everything anew. @default a folder in the project's cache */
  readonly cacheFolder?: string | false;
}

/**
 * Checks kickstarts and gives the findings of each, in the same order. Those that were parsed before are taken from the
 * cache; the others are parsed by one Python process, for which this waits.
 * @throws UserError with exit code 3 if no Python with pykickstart is there, 2 if pykickstart does not know a release
 */
export function validateKickstarts(files: readonly KickstartFile[], options: ValidateOptions = {}): Finding[][] {
  const sources = files.map((file) => inspect(file.text));
  const readable = files.filter((_, index) => "text" in (sources[index] ?? {}));
  const parsed = parseAll(readable, options);
  const today = options.today ?? new Date();
  return files.map((file, index) => {
    const source = sources[index];
    if (source && "problem" in source) {
      const { info, line, message } = source.problem;
      return [{ file: file.path, line, severity: info.severity, code: info.code, message }];
    }
    const kickstart = parsed.get(file);
    return kickstart ? check(file, kickstart, { ...file.context, release: file.release, today }) : [];
  });
}

function check(file: KickstartFile, parsed: ParsedKickstart, image: CheckedImage): Finding[] {
  const kickstart = new CheckedKickstart(file.path, file.text, parsed);
  const wholeFile = new Set<Finding>();
  const findings = RULES.filter(({ code }) => !file.ignore?.includes(code)).flatMap((rule) =>
    rule.check(kickstart, image).map((hit) => {
      const finding = toFinding(rule, hit, kickstart);
      if (!hit.at) wholeFile.add(finding);
      return finding;
    }),
  );
  return silence(file.text, findings, file.path, wholeFile);
}

function toFinding(info: CodeInfo, { at, message, severity }: Hit, kickstart: CheckedKickstart): Finding {
  const { file, line } = at ?? kickstart.start;
  return { file, line, severity: severity ?? info.severity, code: info.code, message };
}

function parseAll(files: readonly KickstartFile[], options: ValidateOptions): Map<KickstartFile, ParsedKickstart> {
  const answers = new Map<KickstartFile, ParsedKickstart>();
  if (files.length === 0) return answers;
  const python = options.python ?? findPython();
  const folder = options.cacheFolder ?? join(cacheDir(), "kickstarts");
  const cache = folder === false ? undefined : new ParseCache(folder, python.pykickstart);
  const requests = files.map((file) => ({ file, path: file.path, text: file.text, dialect: file.release.dialect }));
  const missing = requests.filter((request) => {
    const known = cache?.get(request);
    if (known) answers.set(request.file, known);
    return !known;
  });
  parseKickstarts(missing, python.path).forEach((parsed, index) => {
    const request = missing[index];
    if (!request) return;
    answers.set(request.file, parsed);
    cache?.put(request, parsed);
  });
  return answers;
}
