import type { Grammar } from "../syntax/grammar";
import { object, strings, value, type Item, type Node } from "./node";
import type { PackagesState, Reading } from "./reading";

/**
 * `%packages` as the typed form has it: what is in force at the end of the file, in the order in which the file first
 * names it, with the comments of those lines. `source` is the text of all such sections.
 */
export function packagesNode(grammar: Grammar, reading: Reading, source: string): Node {
  const state = reading.state.packages;
  const lines = entries(source);
  const comments = new Map<string, readonly string[]>();
  for (const line of lines) if (!comments.has(line.entry)) comments.set(line.entry, line.comments);
  const order = new Map(lines.map((line, index) => [line.entry, index] as const));
  const list = (names: readonly string[], prefix: string, node: (name: string) => Node): Node | undefined => {
    if (names.length === 0) return undefined;
    const items: Item[] = names.map((name) => ({ comments: comments.get(prefix + name) ?? [], node: node(name) }));
    return { kind: "array", items, trailing: [] };
  };
  const inOrder = (names: readonly string[], prefix: string) =>
    [...names].sort((a, b) => (order.get(prefix + a) ?? 0) - (order.get(prefix + b) ?? 0));
  const modules = grammar.commands["module"] !== undefined && grammar.commands["module"].deprecated === undefined;
  const groups = state.groupList.map((group) => group.name);
  const level = new Map(state.groupList.map((group) => [group.name, group.include]));
  const includes = lines.filter((line) => line.include !== undefined).map((line) => line.include!);
  // What %ksappend names is put in before the file is read, so that to the parser it is a package like another.
  const ksappends = state.packageList.flatMap((name) => /^%ksappend (.*)/.exec(name)?.[1] ?? []);
  const packages = state.packageList.filter((name) => !name.startsWith("%ksappend "));
  const node = object({
    ...options(state, grammar),
    include: includes.length === 0 ? undefined : strings(includes),
    ksappend: list(ksappends, "%ksappend ", value),
    environment: state.environment ? value(state.environment) : undefined,
    groups: list(groups, "@", (name) => groupNode(name, level.get(name)!, modules)),
    excludeGroups: list(
      state.excludedGroupList.map((group) => group.name),
      "-@",
      value,
    ),
    install: list(inOrder(packages, ""), "", value),
    exclude: list(inOrder(state.excludedList, "-"), "-", value),
  });
  const environment = `@^${state.environment ?? ""}`;
  const kept = new Set([
    environment,
    ...groups.map((name) => `@${name}`),
    ...state.excludedGroupList.map((group) => `-@${group.name}`),
    ...state.packageList,
    ...state.excludedList.map((name) => `-${name}`),
  ]);
  const placed = new Set(lines.filter((line) => kept.has(line.entry)).map((line) => comments.get(line.entry)));
  const trailing = lines.filter((line) => !placed.has(line.comments)).flatMap((line) => line.comments);
  return withComments(node, comments.get(environment), trailing);
}

function options(state: PackagesState, grammar: Grammar): Record<string, Node | undefined> {
  const flag = (given: boolean) => (given ? value(true) : undefined);
  const all: Record<string, Node | undefined> = {
    default: flag(state.default),
    excludedocs: flag(state.excludeDocs),
    nobase: flag(!state.addBase),
    nocore: flag(state.nocore),
    ignoremissing: flag(state.handleMissing === 1),
    ignorebroken: flag(state.handleBroken === 1),
    instLangs: state.instLangs === null ? undefined : value(state.instLangs),
    multilib: flag(state.multiLib),
    excludeWeakdeps: flag(state.excludeWeakdeps),
    timeout: state.timeout === null ? undefined : value(state.timeout),
    retries: state.retries === null ? undefined : value(state.retries),
  };
  return Object.fromEntries(Object.entries(all).filter(([property]) => grammar.packages[property] !== undefined));
}

/** `include`: 0 the mandatory packages of the group only, 2 the optional ones, too. */
function groupNode(name: string, include: number, modules: boolean): Node {
  const found = modules ? /^([^\s:/]+):([^\s:/]+)(?:\/([^\s:/]+))?$/.exec(name) : null;
  if (found !== null && include === 1) {
    const [, module, stream, profile] = found;
    return object({
      module: value(module!),
      stream: value(stream!),
      profile: profile === undefined ? undefined : value(profile),
    });
  }
  if (include === 1) return value(name);
  return object({ name: value(name), [include === 0 ? "nodefaults" : "optional"]: value(true) });
}

/** The lines of the list as pykickstart names them, with the comments above and behind them. */
function entries(source: string): { entry: string; comments: readonly string[]; include?: string }[] {
  const found: { entry: string; comments: readonly string[]; include?: string }[] = [];
  let pending: string[] = [];
  for (const line of source.split("\n")) {
    const [content = "", ...rest] = line.split("#");
    if (rest.length > 0) pending.push(`#${rest.join("#")}`);
    const entry = content
      .trim()
      .replace(/^(@[^^].*?)\s+--(optional|nodefaults)$/, "$1")
      .replace(/\s+/g, " ");
    if (entry === "") continue;
    const include = /^%include\s+"?([^"]+?)"?$/.exec(entry)?.[1];
    found.push({ entry, comments: pending, ...(include === undefined ? {} : { include }) });
    pending = [];
  }
  if (pending.length > 0) found.push({ entry: "", comments: pending });
  return found;
}

function withComments(node: Node, environment: readonly string[] | undefined, trailing: readonly string[]): Node {
  if (node.kind !== "object") return node;
  const members = node.members.map((item) =>
    item.key === "environment" && environment !== undefined ? { ...item, comments: environment } : item,
  );
  return { kind: "object", members, trailing };
}
