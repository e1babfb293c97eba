import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { REQUEST_FILE } from "../recipe/files";
import { SHORT_DIGITS } from "../recipe/fingerprint";
import { failedBuilds, type FailedBuild } from "../store/failures";
import { RECIPE_FOLDER } from "../store/layout";
import { imagesNamed, isImage, type StoredImage } from "../store/list";
import { parsedRequest, type PlannedImage } from "./planned";

/** What an image was made from: the files in `recipe/` of its folder. */
interface Recipe {
  readonly request: BuildRequest | undefined;
  /** Kickstart, Packer template and scripts by file name. */
  readonly texts: ReadonlyMap<string, string>;
}

/** A text that is not the same in two recipes; an empty one is in one of them only. */
export interface TextChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** A property that has another value. */
export interface ValueChange {
  readonly property: string;
  readonly before: string;
  readonly after: string;
}

/** An image that an app asks for, beside what the store has of its name. */
export interface ReviewedImage {
  readonly planned: PlannedImage;
  /**
   * "built": the store has it; "damaged": it has lost files; "foreign": another version of os-images made it;
   * "building"; "missing": the next deploy builds it; "unknown": its fingerprint is only known in a plan.
   */
  readonly state: "built" | "damaged" | "foreign" | "building" | "missing" | "unknown";
  /** Why it is damaged or foreign. */
  readonly reason?: string;
  /** The planned image in the store, if it is there. */
  readonly stored: StoredImage | undefined;
  /** The image of the name that a state asked for last, or the newest, if it is another than the planned one. */
  readonly before: StoredImage | undefined;
  readonly values: readonly ValueChange[];
  readonly texts: readonly TextChange[];
  /** The newest failed build of the planned fingerprint. */
  readonly failed: FailedBuild | undefined;
}

/** No text of a recipe is longer; a page must stay readable, and the store may hold anything. */
const LONGEST_TEXT = 4 << 20;

/** Looks an image up in its store and compares it with the one before. Nothing in the store makes this fail. */
export function reviewImage(planned: PlannedImage): ReviewedImage {
  const known = existsSync(planned.store) ? imagesNamed(planned.store, planned.name) : [];
  const digits = planned.fingerprint?.slice(0, SHORT_DIGITS);
  const stored = known.find(({ paths }) => paths.shortFingerprint === digits);
  const others = known.filter((image) => image !== stored && isImage(image) && image.state !== "foreign");
  const before = others.find(({ requests }) => requests.length > 0) ?? others[0];
  const old = before === undefined ? undefined : recipeOf(join(before.paths.image, RECIPE_FOLDER));
  const failures = existsSync(planned.store) ? failedBuilds(planned.store, planned.name) : [];
  return {
    planned,
    state: stateOf(planned, stored),
    ...(stored?.reason !== undefined && stored.state !== "failed" && { reason: stored.reason }),
    stored: stored !== undefined && isImage(stored) ? stored : undefined,
    before,
    values: old?.request && planned.request ? valueChanges(old.request, planned.request) : [],
    texts: old === undefined ? [] : textChanges(old.texts, planned.texts),
    failed: failures.find(({ shortFingerprint }) => shortFingerprint === digits),
  };
}

function stateOf({ fingerprint }: PlannedImage, stored: StoredImage | undefined): ReviewedImage["state"] {
  if (fingerprint === undefined) return "unknown";
  if (stored === undefined || stored.state === "failed") return "missing";
  return stored.state === "ok" ? "built" : stored.state;
}

function recipeOf(folder: string): Recipe | undefined {
  if (!existsSync(folder)) return undefined;
  const texts = new Map<string, string>();
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    const file = join(folder, name);
    if (statSync(file).size <= LONGEST_TEXT) texts.set(name, readFileSync(file, "utf8"));
  }
  const request = parsedRequest(texts.get(REQUEST_FILE));
  texts.delete(REQUEST_FILE);
  return { request, texts };
}

function valueChanges(before: BuildRequest, after: BuildRequest): ValueChange[] {
  const [old, fresh] = [before, after].map(withoutTexts);
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(fresh ?? {})])];
  return names
    .map((property) => ({ property, before: text(old?.[property]), after: text(fresh?.[property]) }))
    .filter((change) => change.before !== change.after);
}

/** The texts of the kickstart and of scripts are compared themselves. */
function withoutTexts({ recipe }: BuildRequest): Record<string, unknown> {
  const others = recipe.provisioners.filter((provisioner) => typeof provisioner !== "string");
  return { ...recipe, kickstart: undefined, provisioners: others };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** Only files that both sides may have: sealing's script is in the store, and its digest in the recipe. */
function textChanges(before: Recipe["texts"], after: Recipe["texts"]): TextChange[] {
  const names = [...new Set([...after.keys(), ...[...before.keys()].filter((name) => !/^seal\./.test(name))])];
  return names
    .map((file) => ({ file, before: before.get(file) ?? "", after: after.get(file) ?? "" }))
    .filter((change) => change.before !== change.after);
}
