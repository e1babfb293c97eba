import * as sections from "../syntax/sections";

/** A value with its comments: what a TypeScript literal is printed from, and what it would evaluate to. */
export type Node =
  | { readonly kind: "value"; readonly value: string | number | boolean }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "object"; readonly members: readonly Member[]; readonly trailing?: readonly string[] }
  | { readonly kind: "array"; readonly items: Item[]; readonly trailing: string[] }
  | { readonly kind: "call"; readonly name: CallName; readonly parameters: readonly Node[] };

export interface Item {
  /** Lines without `//`. */
  readonly comments: readonly string[];
  readonly node: Node;
}

export interface Member extends Item {
  readonly key: string;
}

const CALLS = {
  include: sections.include,
  ksappend: sections.ksappend,
  onerror: sections.onerror,
  post: sections.post,
  pre: sections.pre,
  preInstall: sections.preInstall,
  traceback: sections.traceback,
  "Raw.line": (text: string) => sections.Raw.line(text),
  "Raw.section": (header: string, body: string) => sections.Raw.section(header, body),
} as const;

/** Functions that a converted kickstart may call. */
export type CallName = keyof typeof CALLS;

export function value(content: string | number | boolean): Node {
  return { kind: "value", value: content };
}

/** A text of several lines. */
export function text(content: string): Node {
  return { kind: "text", text: content };
}

/** An object without comments; members that are undefined are left out. */
export function object(members: Readonly<Record<string, Node | undefined>>): Node {
  const given = Object.entries(members).filter((entry): entry is [string, Node] => entry[1] !== undefined);
  return { kind: "object", members: given.map(([key, node]) => ({ key, comments: [], node })) };
}

export function strings(items: readonly string[]): Node {
  return { kind: "array", items: items.map((item) => ({ comments: [], node: value(item) })), trailing: [] };
}

export function call(name: CallName, ...parameters: readonly Node[]): Node {
  return { kind: "call", name, parameters };
}

/** What the printed literal evaluates to. */
export function evaluate(node: Node): unknown {
  switch (node.kind) {
    case "value":
      return node.value;
    case "text":
      return node.text;
    case "array":
      return node.items.map((item) => evaluate(item.node));
    case "object":
      return Object.fromEntries(node.members.map((member) => [member.key, evaluate(member.node)]));
    case "call": {
      const called = CALLS[node.name] as (...parameters: unknown[]) => unknown;
      return called(...node.parameters.map(evaluate));
    }
  }
}
