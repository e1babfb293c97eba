import type { Recipe } from "./recipe";
import { sha256 } from "../util/digest";

/** Number of hex digits of the fingerprint that appear in paths. */
export const SHORT_DIGITS = 12;

/** The fingerprint of a recipe: sha256 over its canonical JSON, 64 hex digits. It names the inputs, not the bytes. */
export function fingerprint(recipe: Recipe): string {
  return sha256(canonicalJson(recipe));
}

/**
 * JSON with sorted keys and no white space. `<`, `>`, `&`, U+2028 and U+2029 are escaped as Terraform's `jsonencode`
 * does (https://developer.hashicorp.com/terraform/language/functions/jsonencode), so that a recipe hashed in a plan and
 * one hashed here agree. `encodeString` replaces the encoding of strings, for values that only Terraform knows.
 */
export function canonicalJson(value: unknown, encodeString: (text: string) => string = jsonString): string {
  if (typeof value === "string") return encodeString(value);
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item, encodeString)).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, item]) => `${jsonString(key)}:${canonicalJson(item, encodeString)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/**
 * A text as Terraform and Packer write it: in Unicode's composed form (NFC), without a byte order mark at its start.
 * Source: https://pkg.go.dev/github.com/zclconf/go-cty/cty#StringVal
 */
export function writtenText(text: string): string {
  return text.replace(/^\uFEFF+/, "").normalize("NFC");
}

/** A JSON string literal, composed and escaped as Terraform's `jsonencode` does. */
export function jsonString(text: string): string {
  return JSON.stringify(text.normalize("NFC")).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
