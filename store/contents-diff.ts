import type { Contents, Package } from "./contents";

/** What came and what went of a list, each in its order. */
export interface Difference<T> {
  readonly added: readonly T[];
  readonly removed: readonly T[];
}

/** A package in another version. Several versions beside each other, as of a kernel, are joined by ", ". */
export interface UpdatedPackage {
  readonly kind: Package["kind"];
  readonly name: string;
  readonly arch: string;
  readonly from: string;
  readonly to: string;
}

/** What is different in two images, from their contents. */
export interface ContentsDifference {
  /** The releases' titles, if they differ. */
  readonly release?: { readonly from: string; readonly to: string };
  readonly kernels: Difference<string>;
  readonly packages: Difference<Package> & { readonly updated: readonly UpdatedPackage[] };
  /** A user whose id, home or shell changed was removed and added. */
  readonly users: Difference<Contents["users"][number]>;
  readonly services: Difference<string>;
  /** Absent if the ports of one of them are not known. */
  readonly ports?: Difference<NonNullable<Contents["ports"]>[number]>;
}

export function contentsDifference(before: Contents, after: Contents): ContentsDifference {
  const titles = { from: before.release.title, to: after.release.title };
  return {
    ...(titles.from !== titles.to && { release: titles }),
    kernels: difference(before.kernels, after.kernels),
    packages: packagesDifference(before.packages, after.packages),
    users: difference(before.users, after.users),
    services: difference(before.services, after.services),
    ...(before.ports !== undefined && after.ports !== undefined && { ports: difference(before.ports, after.ports) }),
  };
}

function difference<T>(before: readonly T[], after: readonly T[]): Difference<T> {
  const missingIn = (others: readonly T[]): ((one: T) => boolean) => {
    const known = new Set(others.map((other) => JSON.stringify(other)));
    return (one) => !known.has(JSON.stringify(one));
  };
  return { added: after.filter(missingIn(before)), removed: before.filter(missingIn(after)) };
}

function packagesDifference(before: readonly Package[], after: readonly Package[]): ContentsDifference["packages"] {
  const { added, removed } = difference(before, after);
  const [old, fresh] = [versionsOf(before), versionsOf(after)];
  const isUpdate = (one: Package): boolean => old.has(keyOf(one)) && fresh.has(keyOf(one));
  const changed = new Map([...removed, ...added].filter(isUpdate).map((one) => [keyOf(one), one]));
  const updated = [...changed].map(([key, { kind, name, arch }]) => {
    return { kind, name, arch, from: old.get(key)?.join(", ") ?? "", to: fresh.get(key)?.join(", ") ?? "" };
  });
  return {
    added: added.filter((one) => !isUpdate(one)),
    removed: removed.filter((one) => !isUpdate(one)),
    updated: updated.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}

function keyOf({ kind, name, arch }: Package): string {
  return `${kind} ${name} ${arch}`;
}

function versionsOf(packages: readonly Package[]): Map<string, string[]> {
  const versions = new Map<string, string[]>();
  for (const one of packages) versions.set(keyOf(one), [...(versions.get(keyOf(one)) ?? []), one.version]);
  return versions;
}
