import { UserError } from "../util/user-error";
import { imagesNamed, namesIn, type StoredImage } from "./catalogue";

/**
 * The image that a reference means: `NAME` or `NAME@latest` the newest of that name, `NAME/DIGITS` the one whose
 * fingerprint begins so. Throws a `UserError` where there is none, or more than one.
 */
export function findImage(store: string, reference: string): StoredImage {
  const { name, digits } = parseReference(reference);
  const images = requireName(store, name).filter(({ state }) => state === "ok" || state === "damaged");
  const found = images.filter((image) => fingerprintOf(image).startsWith(digits));
  const [first, second] = found;
  if (first === undefined) {
    throw new UserError(`there is no image ${reference} in ${store}: there is ${listed(images) || `none of ${name}`}`);
  }
  if (second !== undefined && digits !== "") {
    throw new UserError(`${reference} means more than one image: write one of ${listed(found)}`);
  }
  return found.find(({ state }) => digits !== "" || state === "ok") ?? first;
}

/** A reference's name, and the first digits of its fingerprint; empty where it means the newest. */
export function parseReference(reference: string): { readonly name: string; readonly digits: string } {
  const match = /^([a-z0-9][a-z0-9-]*)(?:\/([0-9a-f]{1,64})|@latest)?$/.exec(reference);
  if (match !== null) return { name: match[1] ?? "", digits: match[2] ?? "" };
  throw new UserError(
    `"${reference}" names no image: write NAME, NAME@latest or NAME/FINGERPRINT (its first digits will do)`,
  );
}

/** The images and builds of a name; a `UserError` that tells the names where the store knows nothing of it. */
export function requireName(store: string, name: string): StoredImage[] {
  const images = imagesNamed(store, name);
  if (images.length > 0) return images;
  const names = namesIn(store).filter((other) => imagesNamed(store, other).length > 0);
  throw new UserError(
    `the store ${store} has nothing named "${name}": ${names.length > 0 ? `it has ${names.sort().join(", ")}` : "it is empty"}`,
  );
}

/** The whole fingerprint where it is known, the first 12 digits otherwise. */
export function fingerprintOf({ manifest, paths }: StoredImage): string {
  return manifest?.fingerprint.startsWith(paths.shortFingerprint) ? manifest.fingerprint : paths.shortFingerprint;
}

function listed(images: readonly StoredImage[]): string {
  return images.map(({ paths }) => `${paths.name}/${paths.shortFingerprint}`).join(", ");
}
