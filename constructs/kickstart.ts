import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { AssetType, Fn, TerraformAsset, TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { Secret } from "../recipe/secret";
import { sha256 } from "../recipe/compose";
import { unknownVariables } from "../recipe/template-variables";
import { UserError } from "../recipe/user-error";
import { escapeTemplate, hasToken } from "./terraform-text";

/** A value of a kickstart template: what Terraform's `templatefile` takes, or a secret, which leaves its marker. */
export type TemplateValue =
  string | number | boolean | Secret | readonly TemplateValue[] | { readonly [key: string]: TemplateValue };

/** A kickstart as an image needs it, placed in a stack. */
export interface BoundKickstart {
  /** The text as a Terraform string: literal parts escaped. */
  readonly content: string;
  /** sha256 of the text: 64 hex digits, or a reference where only Terraform knows the text. */
  readonly digest: string;
  /** The text, where it is known before the plan. */
  readonly text?: string;
}

/** The kickstart of an image: where its text comes from, and the secrets that it holds markers of. */
export class Kickstart {
  private constructor(
    /** What messages call it: the file, or "text". */
    readonly source: string,
    readonly secrets: readonly Secret[],
    /** Places what the text needs in the scope's stack. */
    readonly bind: (scope: Construct) => BoundKickstart,
    /** What is written in the source, for checks of markers. */
    readonly raw: string,
  ) {}

  /**
   * A template of Terraform's `templatefile`: `${name}`, `%{ for … }`. A `${` for the kickstart itself is written `$${`.
   * @throws UserError on a file that cannot be read, and on a variable that has no value
   */
  static fromTemplate(file: string, variables: Readonly<Record<string, TemplateValue>> = {}): Kickstart {
    const raw = readText(file);
    const missing = unknownVariables(raw, Object.keys(variables))[0];
    if (missing !== undefined) {
      const known = Object.keys(variables).join(", ") || "none";
      throw new UserError(
        `${file}:${missing.line}: template variable "${missing.name}" has no value (given: ${known}): ` +
          `give it one, or write $\${${missing.name}} for the installed system's own`,
      );
    }
    const bind = (scope: Construct): BoundKickstart => {
      const asset = new TerraformAsset(scope, "template", { path: resolve(file), type: AssetType.FILE });
      const values = new TerraformLocal(scope, "variables", templateValues(variables));
      const text = new TerraformLocal(scope, "kickstart", Fn.templatefile(asset.path, values.expression));
      return { content: text.asString, digest: Fn.sha256(text.asString) };
    };
    return new Kickstart(file, secretsIn(variables), bind, raw);
  }

  /** A ready file, taken byte for byte. */
  static fromFile(file: string, options: { readonly secrets?: readonly Secret[] } = {}): Kickstart {
    return Kickstart.ofText(file, readText(file), options.secrets ?? []);
  }

  /** A text; references to Terraform values may stand in it. */
  static fromText(text: string, options: { readonly secrets?: readonly Secret[] } = {}): Kickstart {
    return Kickstart.ofText("text", text, options.secrets ?? []);
  }

  private static ofText(source: string, text: string, secrets: readonly Secret[]): Kickstart {
    const content = escapeTemplate(text);
    const bind = (scope: Construct): BoundKickstart => {
      if (!hasToken(text)) return { content, digest: sha256(text), text };
      const local = new TerraformLocal(scope, "kickstart", content);
      return { content: local.asString, digest: Fn.sha256(local.asString) };
    };
    return new Kickstart(source, secrets, bind, text);
  }
}

function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new UserError(`kickstart file "${file}" is not UTF-8: convert it with iconv`);
    }
    throw new UserError(`kickstart file "${file}" cannot be read (${code}): write the path of a readable file`);
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
