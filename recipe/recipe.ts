import { z } from "zod";
import { PROPERTIES, type ResolvedImage, ROWS } from "./properties";

/**
 * Raised when the builder or the rendering changes what comes out of an unchanged description; every image is then
 * built anew.
 */
const RECIPE_VERSION = 2;

type Rows = typeof PROPERTIES;

/** Where a property is in the recipe: under a key of its own, under its name, or not at all. */
type KeyOf<Name extends keyof Rows> = Rows[Name] extends { readonly recipe: { readonly key: infer Key extends string } }
  ? Key
  : Rows[Name] extends { readonly fingerprint: "inside" }
    ? Name
    : never;

type SchemaOf<Name extends keyof Rows> = Rows[Name] extends { readonly recipe: { readonly schema: infer Schema } }
  ? Schema
  : Rows[Name]["kind"]["schema"];

type PropertyShape = { [Name in keyof Rows as KeyOf<Name>]: SchemaOf<Name> };

const inside = ROWS.filter(([, { fingerprint }]) => fingerprint === "inside");

const propertyShape = Object.fromEntries(
  inside.map(([name, { kind, recipe }]) => [recipe?.key ?? name, recipe?.schema ?? kind.schema]),
) as PropertyShape;

/**
 * All that decides what is in an image, and nothing else: two equal recipes give interchangeable images. Which
 * properties are inside is in the table of `properties.ts`.
 */
export const recipeSchema = z.strictObject({
  recipeVersion: z.number().int(),
  ...propertyShape,
  /** Fingerprint of the image that it is built on, in place of `isoChecksum` and `kickstart`. */
  base: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  secrets: z.array(z.strictObject({ name: z.string(), version: z.string() })),
});

export type Recipe = z.infer<typeof recipeSchema>;

/**
 * The part of an image that decides it. The digest of the kickstart, if there is one, may be a reference to a Terraform value.
 */
export function recipeOf(image: ResolvedImage, kickstartDigest: string | undefined): Recipe {
  const parts = inside.map(([name, { recipe }]) => [
    recipe?.key ?? name,
    recipe === undefined ? image[name as keyof ResolvedImage] : recipe.of(image, kickstartDigest),
  ]);
  return {
    recipeVersion: RECIPE_VERSION,
    ...(Object.fromEntries(parts.filter(([, value]) => value !== undefined)) as z.infer<z.ZodObject<PropertyShape>>),
    ...(image.base !== undefined && { base: image.base }),
    secrets: image.installSecrets
      .map(({ name, version }) => ({ name, version }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}
