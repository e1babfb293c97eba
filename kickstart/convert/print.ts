import type { ConvertedDocument } from "./document";
import type { CallName, Item, Node } from "./node";

export interface PrintOptions {
  /** Name of the dialect, e.g. "rhel9". */
  readonly dialect: string;
  /** What the module is imported from, e.g. "os-images/kickstart/rhel9". */
  readonly module: string;
  /** Where the kickstart came from; it is named in a comment. */
  readonly source: string;
}

/** The converted kickstart as a TypeScript module, not yet formatted. */
export function printModule(document: ConvertedDocument, options: PrintOptions): string {
  const type = options.dialect.replace(/^./, (letter) => letter.toUpperCase());
  const names = [...calls(document)].map((name) => name.replace(/\..*/, "")).sort();
  const imported = [...new Set(names), `type ${type}`].join(", ");
  return [
    ...document.header.map(comment),
    ...(document.header.length > 0 ? [""] : []),
    `import { ${imported} } from ${JSON.stringify(options.module)};`,
    "",
    `/** Converted from ${options.source.replace(/\*\//g, "* /")}. */`,
    `export const kickstart: ${type} = {`,
    ...document.members.map((member) => `${comments(member)}${member.key}: ${printNode(member.node)},`),
    ...document.trailing.map(comment),
    "};",
    "",
  ].join("\n");
}

function printNode(node: Node): string {
  switch (node.kind) {
    case "value":
      return typeof node.value === "string" ? JSON.stringify(node.value) : String(node.value);
    case "text":
      return template(node.text);
    case "object": {
      const members = node.members.map((member) => `${comments(member)}${member.key}: ${printNode(member.node)},`);
      const trailing = (node.trailing ?? []).map((text) => `\n${comment(text)}\n`);
      return `{ ${[...members, ...trailing].join(" ")} }`;
    }
    case "array": {
      const items = node.items.map((item) => `${comments(item)}${printNode(item.node)},\n`);
      return `[${items.join("")}${node.trailing.map(comment).join("\n")}]`;
    }
    case "call":
      return `${node.name}(${node.parameters.map(printNode).join(", ")})`;
  }
}

/** A template literal that holds a text: what has a meaning in it is escaped. */
function template(text: string): string {
  const escaped = text
    .replace(/\\|`|\$\{/g, "\\$&")
    // eslint-disable-next-line no-control-regex -- what no editor shows is escaped
    .replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/g, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    });
  return `\`${escaped}\``;
}

/** Comments before an item, each on a line of its own. */
function comments(item: Item): string {
  return item.comments.length === 0 ? "" : `\n${item.comments.map(comment).join("\n")}\n`;
}

/** A kickstart's comment as one of TypeScript's. */
function comment(text: string): string {
  return `//${text.replace(/^#(?!#)/, "").replace(/^(\S)/, " $1")}`.trimEnd();
}

function calls(document: ConvertedDocument): Set<CallName> {
  const found = new Set<CallName>();
  const visit = (node: Node): void => {
    if (node.kind === "call") found.add(node.name);
    if (node.kind === "call") node.parameters.forEach(visit);
    if (node.kind === "array") for (const item of node.items) visit(item.node);
    if (node.kind === "object") for (const member of node.members) visit(member.node);
  };
  for (const member of document.members) visit(member.node);
  return found;
}
