/** A variable that a template uses, and the line where it stands first. */
export interface TemplateVariable {
  readonly name: string;
  readonly line: number;
}

const KEYWORDS = new Set(["for", "in", "if", "else", "endif", "endfor", "true", "false", "null"]);

/**
 * The variables that a Terraform template uses and that are not among the known ones, in order of their first use.
 * Syntax: https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
 */
export function unknownVariables(template: string, known: readonly string[]): TemplateVariable[] {
  const bound = new Set(known);
  const found = new Map<string, TemplateVariable>();
  for (const { expression, offset } of expressionsIn(template)) {
    for (const name of loopVariables(expression)) bound.add(name);
    for (const name of namesIn(expression)) {
      if (bound.has(name) || found.has(name)) continue;
      found.set(name, { name, line: template.slice(0, offset).split("\n").length });
    }
  }
  return [...found.values()].filter(({ name }) => !bound.has(name));
}

/** The insides of `${…}` and `%{…}`, those of nested templates in strings included in their outer one. */
function expressionsIn(template: string): { expression: string; offset: number }[] {
  const expressions = [];
  const opening = /[$%]\{/g;
  for (let match = opening.exec(template); match !== null; match = opening.exec(template)) {
    if (template[match.index - 1] === template[match.index]) continue;
    const end = closingBrace(template, opening.lastIndex);
    expressions.push({ expression: template.slice(opening.lastIndex, end), offset: match.index });
    opening.lastIndex = end;
  }
  return expressions;
}

function closingBrace(text: string, start: number): number {
  let depth = 1;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString && character === "\\") index++;
    else if (character === '"') inString = !inString;
    else if (!inString && character === "{") depth++;
    else if (!inString && character === "}" && --depth === 0) return index;
  }
  return text.length;
}

function loopVariables(expression: string): string[] {
  return [...expression.matchAll(/\bfor\s+([\w-]+)(?:\s*,\s*([\w-]+))?\s+in\b/g)].flatMap(([, key, value]) =>
    [key, value].filter((name) => name !== undefined),
  );
}

/** Root names of an expression: no attribute after a dot, no function, no key of an object, nothing in a string. */
function namesIn(expression: string): string[] {
  const code = expression.replace(/"(?:\\.|[^"\\])*"/g, (string) => {
    const nested = expressionsIn(string).map((inner) => inner.expression);
    return ` ${nested.join(" ")} `;
  });
  return [...code.matchAll(/(?<![\w.-])([A-Za-z_][\w-]*)(?!\s*\()(?!\s*[=:](?!=))(?![\w-])/g)]
    .map(([, name]) => name ?? "")
    .filter((name) => !KEYWORDS.has(name));
}
