/**
 * A Packer template of the JSON form as HCL, for people to read: blocks as blocks, expressions without quotes.
 * https://developer.hashicorp.com/packer/docs/templates/hcl_templates/syntax-json
 */
export function toHcl(template: unknown): string {
  const { packer, variable, source, build } = (template ?? {}) as Readonly<Record<string, unknown>>;
  const blocks = [
    block("packer", [], packer, { required_plugins: 0 }),
    ...labelled("variable", variable, 1),
    ...labelled("source", source, 2),
    block("build", [], build, { provisioner: 1, "post-processor": 1, "error-cleanup-provisioner": 1 }),
  ];
  return `${blocks.filter(Boolean).join("\n\n")}\n`;
}

/** Blocks with that many labels, which the JSON form has as nested objects. */
function labelled(kind: string, value: unknown, labels: number, given: readonly string[] = []): string[] {
  if (labels === 0) return (Array.isArray(value) ? value : [value]).map((body) => block(kind, given, body, {}));
  return Array.isArray(value)
    ? value.flatMap((item) => labelled(kind, item, labels, given))
    : entries(value).flatMap(([label, inner]) => labelled(kind, inner, labels - 1, [...given, label]));
}

/** `inner`: names in the body that are blocks themselves, and how many labels they have. */
function block(
  kind: string,
  labels: readonly string[],
  body: unknown,
  inner: Readonly<Record<string, number>>,
): string {
  if (body === undefined) return "";
  const lines = entries(body).flatMap(([name, value]) => {
    const count = inner[name];
    if (count === undefined) return [`${name} = ${expression(value)}`];
    return labelled(name, value, count);
  });
  const head = [kind, ...labels.map((label) => JSON.stringify(label))].join(" ");
  return lines.length === 0 ? `${head} {}` : `${head} {\n${indented(lines.join("\n"))}\n}`;
}

function expression(value: unknown): string {
  if (typeof value === "string") return stringOf(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map(expression);
    const line = `[${items.join(", ")}]`;
    return line.length <= 100 && !line.includes("\n")
      ? line
      : `[\n${indented(items.map((item) => `${item},`).join("\n"))}\n]`;
  }
  const lines = entries(value).map(
    ([name, item]) => `${/^\w+$/.test(name) ? name : JSON.stringify(name)} = ${expression(item)}`,
  );
  return lines.length === 0 ? "{}" : `{\n${indented(lines.join("\n"))}\n}`;
}

/** A text that is one expression alone loses its quotes; one of several lines becomes a heredoc. */
function stringOf(text: string): string {
  const whole = /^\$\{([^{}"]+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return whole;
  if (!text.includes("\n")) return JSON.stringify(text);
  return `<<-EOT\n${indented(text.replace(/\n$/, ""))}\nEOT`;
}

function entries(value: unknown): [string, unknown][] {
  return value !== null && typeof value === "object" ? Object.entries(value) : [];
}

function indented(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
