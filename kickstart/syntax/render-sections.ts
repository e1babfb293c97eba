import { UserError } from "../../util/user-error";
import type { Grammar } from "./grammar";
import { LINE_BREAK, refuseBreaks, sectionBody, word } from "./quote";
import { optionText } from "./option-text";
import type {
  Addon,
  Certificate,
  IncludePosition,
  PackageGroup,
  PackageList,
  PackageModule,
  Script,
  Sections,
} from "./sections";
import type { TextLines } from "./text-lines";

/** What of a document is not a command, whatever the dialect. */
export interface SectionDocument extends Sections {
  readonly certificates?: readonly Certificate[];
  readonly packages?: PackageList<PackageGroup | PackageModule>;
}

const LIST_MEMBERS: ReadonlySet<string> = new Set([
  "environment",
  "groups",
  "install",
  "exclude",
  "excludeGroups",
  "include",
  "ksappend",
]);

/** Writes the sections of a document, and its commands by `commands` where they belong. */
export function renderSections(
  grammar: Grammar,
  document: SectionDocument,
  lines: TextLines,
  commands: () => void,
): void {
  if (document.platform !== undefined) lines.push(`#platform=${oneLine(document.platform, "platform")}`);
  includes(document, "start", lines);
  commands();
  rawLines(document, lines);
  includes(document, "afterCommands", lines);
  if (document.packages !== undefined) packages(grammar, document.packages, lines);
  for (const [index, item] of (document.scripts ?? []).entries()) script(item, `scripts[${index}]`, lines);
  for (const [index, item] of (document.addons ?? []).entries()) addon(item, `addons[${index}]`, lines);
  if (document.anaconda !== undefined) anaconda(document.anaconda, lines);
  for (const [index, item] of (document.certificates ?? []).entries()) {
    certificate(item, `certificates[${index}]`, lines);
  }
  for (const [index, item] of (document.raw ?? []).entries()) {
    if (item.body === undefined) continue;
    lines.section(oneLine(item.text, `raw[${index}]`), sectionBody(item.body, `raw[${index}]`));
  }
  includes(document, "end", lines);
}

function includes(document: SectionDocument, position: IncludePosition, lines: TextLines): void {
  for (const [index, item] of (document.include ?? []).entries()) {
    if (item.position !== position) continue;
    const place = `include[${index}]`;
    // %ksappend is read up to the next space, without any quoting.
    const file = item.directive === "%include" ? word(item.file, place) : oneLine(item.file, place);
    lines.push(`${item.directive} ${file}`);
  }
}

function rawLines(document: SectionDocument, lines: TextLines): void {
  for (const [index, item] of (document.raw ?? []).entries()) {
    if (item.body !== undefined) continue;
    lines.push(oneLine(item.text, `raw[${index}]`));
  }
}

function packages(grammar: Grammar, list: PackageList<PackageGroup | PackageModule>, lines: TextLines): void {
  const content = [
    ...(list.include ?? []).map((file) => `%include ${word(file, "packages.include")}`),
    ...(list.ksappend ?? []).map((file) => `%ksappend ${entry(file, "packages.ksappend")}`),
    ...(list.environment === undefined ? [] : [`@^${entry(list.environment, "packages.environment")}`]),
    // A group that is excluded is taken back by naming it, not the other way round.
    ...(list.excludeGroups ?? []).map((name) => `-@${entry(name, "packages.excludeGroups")}`),
    ...(list.groups ?? []).map((group) => `@${entry(groupText(group), "packages.groups")}`),
    ...(list.install ?? []).map((name) => packageName(name, "packages.install")),
    ...(list.exclude ?? []).map((name) => `-${packageName(name, "packages.exclude")}`),
  ];
  const body = content.map((line) => `${line}\n`).join("");
  lines.section(["%packages", ...packageOptions(grammar, list, lines)].join(" "), body);
}

function packageOptions(grammar: Grammar, list: object, lines: TextLines): string[] {
  const given = list as Readonly<Record<string, unknown>>;
  for (const property of Object.keys(given)) {
    if (!LIST_MEMBERS.has(property) && grammar.packages[property] === undefined) {
      throw new UserError(`packages: no option ${property} in ${grammar.name}`);
    }
  }
  return Object.entries(grammar.packages).flatMap(([property, spelling]) => {
    const value = given[property];
    if (value === undefined || value === false) return [];
    return optionText(spelling, value, `packages.${property}`, lines);
  });
}

function groupText(group: PackageGroup | PackageModule): string {
  if (typeof group === "string") return group;
  if ("module" in group) {
    return group.module + (group.stream ? `:${group.stream}` : "") + (group.profile ? `/${group.profile}` : "");
  }
  if ("optional" in group && group.optional) return `${group.name} --optional`;
  return "nodefaults" in group && group.nodefaults ? `${group.name} --nodefaults` : group.name;
}

/** An entry of the list of packages: it is not quoted, and `#` begins a comment. */
function entry(text: string, place: string): string {
  refuseBreaks(text, place);
  if (text.includes("#") || text.trim() !== text || text === "") {
    throw new UserError(
      `${place}: an entry cannot be empty, hold "#" or have space around it; got ${JSON.stringify(text)}`,
    );
  }
  return text;
}

function packageName(name: string, place: string): string {
  if (/^[@%-]/.test(name)) {
    throw new UserError(`${place}: write a name without "${name[0]!}", which has a meaning of its own; got "${name}"`);
  }
  return entry(name, place);
}

function script(item: Script, place: string, lines: TextLines): void {
  const header = [
    `%${item.section}`,
    ...(item.nochroot ? ["--nochroot"] : []),
    ...(item.erroronfail ? ["--erroronfail"] : []),
    ...(item.interpreter === undefined ? [] : [`--interpreter=${word(item.interpreter, `${place}.interpreter`)}`]),
    ...(item.log === undefined ? [] : [`--log=${word(item.log, `${place}.log`)}`]),
  ];
  lines.section(header.join(" "), sectionBody(lines.source(item.source, place), place));
}

function addon(item: Addon, place: string, lines: TextLines): void {
  const words = [item.name, ...(item.arguments ?? [])].map((text) => word(text, place));
  lines.section(["%addon", ...words].join(" "), sectionBody(item.body ?? "", place));
}

function anaconda(items: readonly string[], lines: TextLines): void {
  const body = items.map((line) => `${oneLine(line, "anaconda")}\n`).join("");
  lines.section("%anaconda", sectionBody(body, "anaconda"));
}

function certificate(item: Certificate, place: string, lines: TextLines): void {
  const header = [
    `%certificate --filename=${word(item.filename, place)}`,
    ...(item.dir === undefined ? [] : [`--dir=${word(item.dir, place)}`]),
    ...(item.type === undefined ? [] : [`--type=${word(item.type, place)}`]),
  ];
  lines.section(header.join(" "), sectionBody(lines.source(item.source, place), place));
}

function oneLine(text: string, place: string): string {
  if (LINE_BREAK.test(text))
    throw new UserError(`${place}: a line break cannot stand here; got ${JSON.stringify(text)}`);
  return text;
}
