import type { StageChange } from "../recipe/why";
import type { Contents, Package } from "../store/contents";
import type { ContentsDifference, Difference } from "../store/contents-diff";
import { printable } from "../util/lines";
import { size, textTable } from "../util/text-table";
import { rowsOf } from "./described";

/** All that is said of two images. */
export interface ImageDifference {
  /** "name/digits" of both. */
  readonly from: string;
  readonly to: string;
  /** Absent if a recipe cannot be read. */
  readonly recipe?: readonly StageChange[];
  /** Absent if one of them does not tell its contents. */
  readonly contents?: ContentsDifference;
  /** Of the disks' files, in bytes. */
  readonly sizeBytes: { readonly from: number; readonly to: number };
  /** Why something is not compared, a line each. */
  readonly remarks: readonly string[];
}

/** One kind of change: how many, and a row for each. */
interface Section {
  readonly title: string;
  readonly summary: string;
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The difference as a person reads it on a terminal. */
export function differenceText(of: ImageDifference): string {
  const sections = sectionsOf(of).map(({ title, summary, rows }) => {
    const table = textTable([], rows).replace(/^(?=.)/gm, "  ");
    return `${title}: ${summary}\n${table}`;
  });
  const remarks = of.remarks.map((remark) => `${printable(remark)}\n`);
  return [`${of.from} -> ${of.to}\n`, ...sections, ...remarks].join("");
}

/** The same as Markdown, for a pull request. What was written by others stands in code, where nothing is a link or a mention. */
export function differenceMarkdown(of: ImageDifference): string {
  const sections = sectionsOf(of).map(({ title, summary, heading, rows }) => {
    const head = `**${title}**: ${summary}\n`;
    if (rows.length === 0) return head;
    if (title === "recipe") return `${head}\n${fenced(textTable([], rows))}`;
    const table = [heading, heading.map(() => "---"), ...rows.map((row) => row.map(inCell))];
    return `${head}\n${table.map((row) => `| ${row.join(" | ")} |\n`).join("")}`;
  });
  const remarks = of.remarks.map((remark) => `${printable(remark)}\n`);
  return [`### ${of.from} → ${of.to}\n`, ...sections, ...remarks].join("\n");
}

function sectionsOf({ recipe, contents, sizeBytes }: ImageDifference): Section[] {
  const changed = recipe?.filter(({ state }) => state !== "same");
  const stages = changed?.filter(({ state }) => state !== "after a change").map(({ stage }) => stage);
  return [
    ...(changed === undefined || stages === undefined
      ? []
      : [{ title: "recipe", summary: stages.join(", ") || "no change", heading: [], rows: rowsOf(changed) }]),
    ...(contents === undefined ? [] : contentsSections(contents)),
    { title: "size", summary: sizeChange(sizeBytes), heading: [], rows: [] },
  ];
}

function contentsSections({ release, kernels, packages, users, services, ports }: ContentsDifference): Section[] {
  const updated = packages.updated.map(({ name, arch, from, to }) => ["~", withArch({ name, arch }), from, to]);
  const section = <T>(
    title: string,
    change: Difference<T>,
    heading: readonly string[],
    cells: (one: T) => readonly string[],
  ): Section => ({ title, summary: countOf(change), heading: ["", ...heading], rows: rowsOfChange(change, cells) });
  const before = ({ removed }: Difference<Package>) => removed.map((one) => ["-", withArch(one), one.version, ""]);
  const after = ({ added }: Difference<Package>) => added.map((one) => ["+", withArch(one), "", one.version]);
  return [
    ...(release === undefined
      ? []
      : [{ title: "release", summary: `${release.from} -> ${release.to}`, heading: [], rows: [] }]),
    ...(isEmpty(kernels) ? [] : [section("kernels", kernels, ["kernel"], (kernel) => [kernel])]),
    {
      title: "packages",
      summary: countOf(packages, packages.updated.length),
      heading: ["", "package", "before", "after"],
      rows: [...after(packages), ...before(packages), ...updated],
    },
    section("users", users, ["user", "uid", "home", "shell"], ({ name, uid, home, shell }) => [
      name,
      String(uid),
      home,
      shell,
    ]),
    section("services", services, ["unit"], (unit) => [unit]),
    ...(ports === undefined ? [] : [section("ports", ports, ["port", "address"], portCells)]),
  ];
}

/** Port and address, each as one cell. */
export function portCells({ protocol, address, port }: NonNullable<Contents["ports"]>[number]): string[] {
  return [`${port}/${protocol}`, address];
}

function rowsOfChange<T>({ added, removed }: Difference<T>, cells: (one: T) => readonly string[]): string[][] {
  return [...added.map((one) => ["+", ...cells(one)]), ...removed.map((one) => ["-", ...cells(one)])];
}

function withArch({ name, arch }: Pick<Package, "name" | "arch">): string {
  return arch === "" ? name : `${name} (${arch})`;
}

function isEmpty({ added, removed }: Difference<unknown>): boolean {
  return added.length + removed.length === 0;
}

function countOf({ added, removed }: Difference<unknown>, updated = 0): string {
  const counts = Object.entries({ added: added.length, removed: removed.length, updated });
  const some = counts.filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  return some.join(", ") || "no change";
}

function sizeChange({ from, to }: ImageDifference["sizeBytes"]): string {
  const sign = to < from ? "-" : "+";
  return `${size(from)} -> ${size(to)} (${sign}${size(Math.abs(to - from))})`;
}

/** A value in a cell of a table, as code: https://github.github.com/gfm/#tables-extension- */
function inCell(value: string): string {
  const text = printable(value).replaceAll("|", "\\|");
  if (text === "") return "";
  const mark = "`".repeat(longestRun(text) + 1);
  return mark.length === 1 ? `\`${text}\`` : `${mark} ${text} ${mark}`;
}

function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}\n${text}${fence}\n`;
}

/** The longest run of backquotes in a text: https://spec.commonmark.org/0.31.2/#code-spans */
function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
