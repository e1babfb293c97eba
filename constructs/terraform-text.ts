import { Fn, Token } from "cdktf";
import { canonicalJson, jsonString, SHORT_DIGITS } from "../recipe/fingerprint";
import { Secret } from "../recipe/secret";

/** What a value's text becomes so that Terraform takes it literally; references of cdktf are left as they are. */
export function escapeTemplate(text: string): string {
  return text.replace(/\$\{(?!TfToken\[)/g, "$$${").replace(/%\{/g, "%%{");
}

/** Whether a reference to a Terraform value is anywhere in it. A secret's value does not count: it stays out of everything. */
export function hasToken(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (value === null || typeof value !== "object" || value instanceof Secret) return false;
  return Object.values(value).some(hasToken);
}

/** The digits of a fingerprint that appear in paths; a reference if it is one. */
export function shortDigits(fingerprint: string): string {
  return hasToken(fingerprint) ? Fn.substr(fingerprint, 0, SHORT_DIGITS) : fingerprint.slice(0, SHORT_DIGITS);
}

/** Canonical JSON of a recipe as a Terraform string; with references in it, the text is only known in the plan. */
export function canonicalJsonTemplate(value: unknown): string {
  return canonicalJson(value, (text) => stringTemplate(text, jsonString));
}

/** JSON for people, as a Terraform string. */
export function prettyJsonTemplate(value: unknown, indent = ""): string {
  if (typeof value === "string") return stringTemplate(value, JSON.stringify);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const items = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(
      ([key, item]) => `${isList ? "" : `${escapeTemplate(JSON.stringify(key))}: `}${prettyJsonTemplate(item, deeper)}`,
    );
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}

/** Terraform quotes what it alone knows; literal text is quoted here. */
function stringTemplate(text: string, quote: (text: string) => string): string {
  return Token.isUnresolved(text) ? Fn.jsonencode(text) : escapeTemplate(quote(text));
}
