import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../util/user-error";
import type { Dialect } from "./dialect";

/** A part of a kickstart that is shared: a base, a role, a site. */
export interface Fragment<Document> {
  /** What messages call it; its file is a good name. */
  readonly name: string;
  readonly document: Document;
  /** Members that this one takes over from the fragments before it. */
  readonly replaces: readonly string[];
}

export interface FragmentOptions<Document> {
  /**
   * Members of earlier fragments that are dropped in favour of this one, e.g. ["timezone"].
   * @default - none: to say something else is an error
   */
  readonly replaces?: readonly (keyof Document & string)[];
}

/** Names a part of a kickstart, to be composed with others. */
export function fragment<Document extends object>(
  name: string,
  document: Document,
  options: FragmentOptions<Document> = {},
): Fragment<Document> {
  return { name, document, replaces: options.replaces ?? [] };
}

/** A value with the fragment that gave it. */
interface Given {
  readonly from: string;
  readonly value: unknown;
}

/** Members that are appended, beside the commands that may be given many times, and what tells their entries apart. */
const APPENDED: Readonly<Record<string, string | undefined>> = {
  scripts: undefined,
  include: undefined,
  anaconda: undefined,
  raw: undefined,
  addons: "name",
  certificates: "filename",
};

/**
 * One kickstart from several fragments, in their order.
 * - What may be given many times (partitions, users, scripts ...) is appended; two entries of one name or mount point
 *   clash, unless they are the same.
 * - `packages` are put together; a package that one fragment installs and another excludes clashes.
 * - Anything else may be said by two fragments only if they say the same, or if the later one names it in `replaces`.
 * @throws UserError for a clash, with both places
 */
export function composeKickstart<Document extends object>(
  dialect: Dialect<Document>,
  ...fragments: readonly Fragment<Document>[]
): Document {
  const composed = new Map<string, Given[]>();
  for (const { name, document, replaces } of fragments) {
    for (const member of replaces) {
      if (!composed.delete(member)) {
        throw new UserError(`fragment "${name}" replaces ${member}, which no fragment before it gives: leave it out`);
      }
    }
    for (const [member, value] of Object.entries(document)) {
      if (value !== undefined) composed.set(member, [...(composed.get(member) ?? []), { from: name, value }]);
    }
  }
  refuseAlternatives(dialect, composed);
  const entries = [...composed].map(([member, given]) => [member, combine(dialect, member, given)] as const);
  return Object.fromEntries(entries) as Document;
}

function combine(dialect: Dialect, member: string, given: readonly Given[]): unknown {
  if (given.length === 1) return given[0]!.value;
  if (member === "packages") return combinePackages(given);
  const many = dialect.commands[member]?.many ?? member in APPENDED;
  return many ? append(member, dialect.commands[member]?.key ?? APPENDED[member], given) : same(member, given);
}

/** The one value that all fragments give. */
function same(place: string, given: readonly Given[]): unknown {
  const [first, ...others] = given;
  for (const other of others) {
    if (!isDeepStrictEqual(first!.value, other.value)) {
      const says = ({ from, value }: Given) => `fragment "${from}" says ${JSON.stringify(value)}`;
      throw new UserError(`${place}: ${says(first!)} and ${says(other)}: ${remedy(place, other.from)}`);
    }
  }
  return first!.value;
}

function remedy(place: string, later: string): string {
  const member = place.replace(/[.[].*/, "");
  return `let one of them go, or name "${member}" in the replaces of "${later}"`;
}

/** The entries of all fragments; the same entry twice is one. */
function append(member: string, key: string | undefined, given: readonly Given[]): unknown[] {
  const kept: { from: string; place: string; value: unknown }[] = [];
  for (const { from, value } of given) {
    for (const [index, entry] of (value as readonly unknown[]).entries()) {
      const place = `${member}[${index}]`;
      const name = key === undefined ? undefined : keyOf(entry, key);
      const other = kept.find((item) => item.from !== from && name !== undefined && keyOf(item.value, key!) === name);
      if (other === undefined) {
        kept.push({ from, place, value: entry });
      } else if (!isDeepStrictEqual(other.value, entry)) {
        throw new UserError(
          `${member}: ${other.place} of fragment "${other.from}" and ${place} of fragment "${from}" both have the ` +
            `${key} ${JSON.stringify(name)}: ${remedy(member, from)}`,
        );
      }
    }
  }
  return kept.map((item) => item.value);
}

/** What an entry is known by. Of mount points only paths are: "swap" or "biosboot" may be there twice. */
function keyOf(entry: unknown, key: string): string | undefined {
  const name = (entry as Readonly<Record<string, unknown>>)[key];
  if (typeof name !== "string" || (key === "mountpoint" && !name.startsWith("/"))) return undefined;
  return name;
}

function combinePackages(given: readonly Given[]): unknown {
  const members = new Map<string, Given[]>();
  for (const { from, value } of given) {
    for (const [member, content] of Object.entries(value as object)) {
      members.set(member, [...(members.get(member) ?? []), { from, value: content }]);
    }
  }
  refuseBoth(members, "install", "exclude");
  refuseBoth(members, "groups", "excludeGroups");
  const entries = [...members].map(([member, all]) => {
    const lists = all.every(({ value }) => Array.isArray(value));
    return [member, lists ? union(all) : same(`packages.${member}`, all)] as const;
  });
  return Object.fromEntries(entries);
}

function union(given: readonly Given[]): unknown[] {
  const items: unknown[] = [];
  for (const item of given.flatMap(({ value }) => value as readonly unknown[])) {
    if (!items.some((other) => isDeepStrictEqual(other, item))) items.push(item);
  }
  return items;
}

/** A package cannot be wanted by one fragment and unwanted by another. */
function refuseBoth(members: ReadonlyMap<string, readonly Given[]>, wanted: string, unwanted: string): void {
  for (const { from, value } of members.get(wanted) ?? []) {
    for (const other of members.get(unwanted) ?? []) {
      const both = (value as readonly unknown[]).find((item) => (other.value as readonly unknown[]).includes(item));
      if (both !== undefined && from !== other.from) {
        throw new UserError(
          `packages: fragment "${from}" has ${JSON.stringify(both)} in ${wanted} and fragment "${other.from}" in ` +
            `${unwanted}: let one of them go`,
        );
      }
    }
  }
}

/** Commands of which a kickstart has one kind only, e.g. reboot and poweroff. */
function refuseAlternatives(dialect: Dialect, composed: ReadonlyMap<string, readonly Given[]>): void {
  for (const alternatives of dialect.exclusive) {
    const given = alternatives.flatMap((commands) => commands.filter((name) => composed.has(name)).slice(0, 1));
    const [first, second] = given;
    if (first === undefined || second === undefined) continue;
    const [one, other] = [composed.get(first)![0]!.from, composed.get(second)![0]!.from];
    throw new UserError(
      `${first} (fragment "${one}") and ${second} (fragment "${other}") exclude each other: let one of them go, ` +
        `or name it in the replaces of the later fragment`,
    );
  }
}
