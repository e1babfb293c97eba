import { AssetType, Fn, TerraformAsset, TerraformLocal, Token } from "cdktf";
import type { Construct } from "constructs";
import { writtenText } from "../recipe/fingerprint";
import { Secret } from "../recipe/secret";
import type { Grammar } from "../kickstart/syntax/grammar";
import { renderKickstart } from "../kickstart/syntax/render";
import { sha256 } from "../util/digest";
import { projectPath } from "../util/project-folder";
import { readText } from "./project";
import { escapeTemplate, hasToken } from "./terraform-text";

/** A value of a kickstart template: what Terraform's `templatefile` takes, or a secret, which leaves its marker. */
export type TemplateValue =
  string | number | boolean | Secret | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

/** @internal A kickstart as an image needs it, placed in a stack. */
export interface BoundKickstart {
  /** The text as a Terraform string: literal parts escaped. */
  readonly content: string;
  /** sha256 of the text: 64 hex digits, or a reference if only Terraform knows the text. */
  readonly digest: string;
  /** The text without the section that was added, if it is known before the plan. */
  readonly text?: string;
}

/** The kickstart of an image: where its text comes from, and the secrets that it holds markers of. */
export class Kickstart {
  private constructor(
    /** @internal The file that it comes from. */
    readonly file: string | undefined,
    /** The secrets whose markers stand in it. */
    readonly secrets: readonly Secret[],
    /** @internal Places what the text needs in the scope's stack. The section, known text, comes at its end. */
    readonly bind: (scope: Construct, section: string) => BoundKickstart,
    /** @internal What is written in the source and in a template's values, for checks of markers. */
    readonly raw: string,
  ) {}

  /**
   * A template of Terraform's `templatefile`: `${name}`, `%{ for … }`. A `${` for the kickstart itself is written `$${`.
   * Terraform names a variable without a value, with its line, in the plan.
   * @throws UserError on a file that cannot be read
   */
  static fromTemplate(file: string, variables: Readonly<Record<string, TemplateValue>> = {}): Kickstart {
    const raw = readText(file, "kickstart file");
    const bind = (scope: Construct, section: string): BoundKickstart => {
      const asset = new TerraformAsset(scope, "template", { path: projectPath(file), type: AssetType.FILE });
      const values = new TerraformLocal(scope, "variables", templateValues(variables));
      const rendered = new TerraformLocal(scope, "rendered", Fn.templatefile(asset.path, values.expression));
      const text = new TerraformLocal(scope, "kickstart", `${rendered.asString}${escapeTemplate(section)}`);
      return { content: text.asString, digest: Fn.sha256(text.asString) };
    };
    return new Kickstart(file, secretsIn(variables), bind, `${raw}\n${JSON.stringify(templateValues(variables))}`);
  }

  /**
   * The typed form of a release's kickstart, such as `Kickstart.typed(rhel9, { lang: "en_US.UTF-8", ... })`. Secrets
   * stand in it by their markers.
   * @throws UserError for what a kickstart cannot express
   */
  static typed<D extends object>(
    grammar: Grammar<D>,
    document: D,
    options: { readonly secrets?: readonly Secret[] } = {},
  ): Kickstart {
    const text = renderKickstart(grammar, document, {
      readFile: (file) => readText(file, "script of the kickstart"),
      number: (value) => Token.asString(value),
    });
    return Kickstart.ofText(undefined, text, options.secrets ?? []);
  }

  /** A ready file, taken as it is, but in Unicode's composed form (NFC) and without a byte order mark. */
  static fromFile(file: string, options: { readonly secrets?: readonly Secret[] } = {}): Kickstart {
    return Kickstart.ofText(file, readText(file, "kickstart file"), options.secrets ?? []);
  }

  /** A text, taken as a file is; references to Terraform values may stand in it. */
  static fromText(text: string, options: { readonly secrets?: readonly Secret[] } = {}): Kickstart {
    return Kickstart.ofText(undefined, text, options.secrets ?? []);
  }

  private static ofText(file: string | undefined, given: string, secrets: readonly Secret[]): Kickstart {
    const text = writtenText(given);
    const bind = (scope: Construct, section: string): BoundKickstart => {
      const content = escapeTemplate(`${text}${section}`);
      if (!hasToken(text)) return { content, digest: sha256(`${text}${section}`), text };
      const local = new TerraformLocal(scope, "kickstart", content);
      return { content: local.asString, digest: Fn.sha256(local.asString) };
    };
    return new Kickstart(file, secrets, bind, text);
  }
}

function templateValues(value: TemplateValue | Readonly<Record<string, TemplateValue>>): unknown {
  if (value instanceof Secret) return value.marker;
  if (typeof value === "string") return escapeTemplate(value);
  if (Array.isArray(value)) return value.map(templateValues);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templateValues(item)]));
}

function secretsIn(value: TemplateValue | Readonly<Record<string, TemplateValue>>): Secret[] {
  if (value instanceof Secret) return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).flatMap((item) => secretsIn(item));
}
