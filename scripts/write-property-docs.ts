/** Writes the table of an image's properties into docs/properties.md: `npm run docs:properties`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { ROWS } from "../recipe/properties";
import { withBlock } from "./write-check-docs";

const ROOT = join(__dirname, "..");

/** The interfaces whose doc comments describe the properties. */
const SOURCES = ["recipe/image-properties.ts", "constructs/image-props.ts"];
const INTERFACES = ["ImageProperties", "ImageProps"];

export const PROPERTIES_PAGE = join(ROOT, "docs", "properties.md");

interface DocComment {
  readonly text: string;
  /** As the tag `@default` has it; undefined for a required property. */
  readonly default: string | undefined;
}

/**
 * The table as Markdown: what each property is by its doc comment, the rest by its row.
 * @throws Error if a property has no doc comment, or its doc comment and its row disagree on whether it may be left out
 */
export function propertiesAsMarkdown(): string {
  const comments = docComments();
  const lines = ROWS.map(([name, row]) => {
    const comment = comments.get(name);
    if (comment === undefined) throw new Error(`${name} has no doc comment`);
    if (name !== "name" && (comment.default === undefined) !== (row.default === undefined)) {
      throw new Error(`${name} has a default in its doc comment or in its row, not in both`);
    }
    const packer = [...Object.keys(row.packer ?? {}).map((option) => `\`${option}\``), row.goesTo ?? []].flat();
    return [
      `\`${name}\``,
      comment.text,
      row.kind.words,
      comment.default === undefined ? "required" : comment.default.replace(/^- /, ""),
      row.fingerprint,
      row.reference ?? "",
      packer.join(", "),
    ];
  });
  const heading = ["property", "what it is", "value", "default", "fingerprint", "Terraform reference", "where it goes"];
  return [heading, heading.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |\n`)
    .join("");
}

function docComments(): Map<string, DocComment> {
  const comments = new Map<string, DocComment>();
  for (const path of SOURCES) {
    const source = ts.createSourceFile(path, readFileSync(join(ROOT, path), "utf8"), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements) {
      if (!ts.isInterfaceDeclaration(statement) || !INTERFACES.includes(statement.name.text)) continue;
      for (const member of statement.members) {
        const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
        if (comment === undefined) continue;
        const tag = comment.tags?.find(({ tagName }) => tagName.text === "default");
        comments.set(member.name?.getText() ?? "", {
          text: oneLine(comment.comment),
          default: tag && oneLine(tag.comment),
        });
      }
    }
  }
  return comments;
}

function oneLine(comment: Parameters<typeof ts.getTextOfJSDocComment>[0]): string {
  return (ts.getTextOfJSDocComment(comment) ?? "").replace(/\s+/g, " ").trim();
}

if (require.main === module) {
  const page = readFileSync(PROPERTIES_PAGE, "utf8");
  writeFileSync(PROPERTIES_PAGE, withBlock(page, "properties", propertiesAsMarkdown()));
}
