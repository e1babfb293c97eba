import { randomBytes } from "node:crypto";

/** A secret that is used as a secret, and then searched for everywhere. */
export interface Canary {
  readonly name: string;
  /** A text, or bytes such as a private key's. */
  readonly value: string | Buffer;
}

/** A value of this process alone: a find is never of another run. */
export function canary(name: string): { readonly name: string; readonly value: string } {
  return { name, value: `C${randomBytes(12).toString("hex")}Y` };
}

/** One way in which a canary can be written down. */
export interface Form {
  readonly canary: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** A value shorter than this is not searched for: it would be found by chance. */
const SHORTEST = 8;

/** What a canary looks like as it is, in UTF-16, in base64 at any offset, in hexadecimal digits and in a URL. */
export function formsOf({ name, value }: Canary): Form[] {
  const bytes = Buffer.from(value as string, "utf8");
  if (bytes.length < SHORTEST) throw new Error(`the canary ${name} is too short: ${bytes.length} bytes`);
  const hex = bytes.toString("hex");
  const everyByte = hex.replace(/../g, "%$&");
  const forms: [string, Buffer | string][] = [
    ["plain", bytes],
    ...(typeof value === "string" ? textForms(value) : []),
    ["hex", hex],
    ["hex", hex.toUpperCase()],
    ["URL", everyByte],
    ["URL", everyByte.toUpperCase()],
    ...[0, 1, 2].flatMap((before): [string, string][] => [
      ["base64", base64Within(bytes, before)],
      ["base64", base64Within(bytes, before).replaceAll("+", "-").replaceAll("/", "_")],
    ]),
  ];
  const seen = new Set<string>();
  return forms.flatMap(([form, written]) => {
    const one = Buffer.from(written as string);
    const isNew = !seen.has(one.toString("latin1"));
    seen.add(one.toString("latin1"));
    return isNew ? [{ canary: name, form, bytes: one }] : [];
  });
}

function textForms(value: string): [string, Buffer | string][] {
  return [
    ["UTF-16", Buffer.from(value, "utf16le")],
    ["URL", encodeURIComponent(value)],
    ["JSON", JSON.stringify(value).slice(1, -1)],
  ];
}

/** The digits that are the same whatever stands around the bytes, where `before` bytes of a group of three precede them. */
function base64Within(bytes: Buffer, before: number): string {
  const digits = Buffer.concat([Buffer.alloc(before), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const whole = Math.floor(((before + bytes.length) * 8) / 6);
  return digits.slice(Math.ceil((before * 8) / 6), whole);
}
