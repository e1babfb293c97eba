import { z } from "zod";
import { UserError } from "../util/user-error";

/** What may be written for a property: its check at synth, and its schema if it is part of `build.json`. */
export interface Kind<Value> {
  /** What to write, as in "write a whole number from 1 to 1024". */
  readonly words: string;
  readonly schema: z.ZodType<Value>;
  /** Checks a value further, or with a message of its own. */
  readonly check?: (value: Value, property: string) => void;
}

/** One row of the table of properties. `Image` is the image with every default computed. */
export interface Property<Value, Image> {
  readonly kind: Kind<Value>;
  /** What stands for it if it is left out, from the rows above it; a required property has none. */
  readonly default?: Value | ((image: Image) => Value);
  /** A change of a property inside the fingerprint builds another image; a change of one outside builds none. */
  readonly fingerprint: "inside" | "outside";
  /**
   * The stage that it decides, if it is inside; see `stages.ts`.
   * @default "install"
   */
  readonly stage?: "provision" | "seal";
  /** What it is in the recipe, if it is inside and not there as it is. */
  readonly recipe?: RecipePart<string, z.ZodType, Image>;
  /** It is for an installer, so that no image built on another one has it. */
  readonly installer?: true;
  /** A reference to a Terraform value may stand in it. A folder or template that depends on it is then known in the plan. */
  readonly reference?: "allowed";
  /** The options of Packer's QEMU builder that it decides: what each becomes in the template. */
  readonly packer?: Readonly<Record<string, (value: Value, image: Image) => unknown>>;
  /** The builder reads it from the settings in `build.json`. */
  readonly setting?: true;
  /** Where else it goes, in words for the documentation. */
  readonly goesTo?: string;
}

/** A part of the recipe that is made from a property. */
export interface RecipePart<Key extends string, Schema extends z.ZodType, Image> {
  readonly key: Key;
  readonly schema: Schema;
  /** Undefined leaves the part out. */
  readonly of: (image: Image, kickstartDigest: string | undefined) => z.infer<Schema> | undefined;
}

/** One of a few words. */
export function choice<Word extends string>(...words: readonly [Word, ...Word[]]): Kind<Word> {
  return { words: words.map((word) => `"${word}"`).join(" or "), schema: z.enum(words) };
}

/** A list of such words. */
export function choices<Word extends string>(...words: readonly [Word, ...Word[]]): Kind<readonly Word[]> {
  const check = (given: readonly Word[], property: string): void => {
    const unknown = given.find((word) => !words.includes(word));
    if (unknown === undefined) return;
    throw new UserError(`${property} has "${unknown}": write one of ${words.join(", ")}`);
  };
  return { words: `a list of ${words.join(", ")}`, schema: z.array(z.custom<Word>()), check };
}

export function wholeNumber(least: number, most: number): Kind<number> {
  return { words: `a whole number from ${least} to ${most}`, schema: z.number().int().min(least).max(most) };
}

/** Also the word "auto". */
export function orAuto<Value>({ words, schema }: Kind<Value>): Kind<Value | "auto"> {
  return { words: `${words}, or "auto"`, schema: z.union([z.literal("auto"), schema]) };
}

export function text(check?: (text: string) => void): Kind<string> {
  return { words: "a text", schema: z.string(), ...(check !== undefined && { check }) };
}

export function texts(): Kind<readonly string[]> {
  return { words: "a list of texts", schema: z.array(z.string()) };
}

/** A list of such values. */
export function listOf<Value>({ words, schema }: Kind<Value>): Kind<readonly Value[]> {
  return { words: `a list of ${words}`, schema: z.array(schema) };
}

export function textsByName(): Kind<Readonly<Record<string, string>>> {
  return { words: "texts by name", schema: z.record(z.string(), z.string()) };
}

export function yesOrNo(): Kind<boolean> {
  return { words: "true or false", schema: z.boolean() };
}

/** A value of a class or interface that checks itself. */
export function object<Value>(words: string): Kind<Value> {
  return { words, schema: z.custom<Value>((value) => typeof value === "object" && value !== null) };
}

/** @throws UserError on a value that is not of the kind */
export function requireKind<Value>(property: string, value: unknown, { words, schema, check }: Kind<Value>): void {
  const { success, data } = schema.safeParse(value);
  if (success) return check?.(data, property);
  const got = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value);
  throw new UserError(`${property} is ${got}: write ${words}`);
}

const UNIT_MIB: Record<string, number> = { M: 1, G: 1024, T: 1024 * 1024 };

/**
 * A disk size as Packer and qemu-img write it ("5000M", "20G", "1T"; binary units) in MiB.
 * @throws UserError on anything else, and on less than 64 MiB
 */
export function parseDiskSize(text: string): number {
  const match = /^([1-9][0-9]*)([MGT])$/.exec(text);
  const mib = Number(match?.[1]) * (UNIT_MIB[match?.[2] ?? ""] ?? NaN);
  if (!(mib >= 64 && mib <= 64 * 1024 * 1024)) {
    throw new UserError(`diskSize "${text}" is not a size: write a number and M, G or T, such as "20G" (64M to 64T)`);
  }
  return mib;
}
