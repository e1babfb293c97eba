import { sha256 } from "../util/digest";
import { canonicalJson } from "./fingerprint";
import { ROWS } from "./properties";
import type { Recipe } from "./recipe";

/** A part of a recipe whose result depends on nothing that comes after it. */
export interface Stage {
  /** "install", or "base" if it is built on another image; "provisioner 1" and so on; "seal". */
  readonly name: string;
  /** 64 hex digits, over the stage before it and its own inputs. */
  readonly fingerprint: string;
  /** The parts of the recipe that it adds to the stage before it. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

const ofSeal = keysOf("seal");
const ofProvisioning = keysOf("provision");

/**
 * The stages of a recipe, in order. What no row of the table of properties gives to a later stage decides the
 * installation, so a property that is forgotten there costs time and never a wrong image.
 */
export function stagesOf(recipe: Recipe): Stage[] {
  const { provisioners } = recipe;
  const install = pick(recipe, (key) => !ofSeal.includes(key) && !ofProvisioning.includes(key));
  const seal = pick(recipe, (key) => ofSeal.includes(key));
  const parts: Omit<Stage, "fingerprint">[] = [
    { name: recipe.base === undefined ? "install" : "base", inputs: install },
    ...provisioners.map((provisioner, index) => ({ name: `provisioner ${index + 1}`, inputs: { provisioner } })),
    { name: "seal", inputs: seal },
  ];
  let after = "";
  return parts.map((part) => {
    after = sha256(canonicalJson({ after, inputs: part.inputs }));
    return { ...part, fingerprint: after };
  });
}

function keysOf(stage: "provision" | "seal"): string[] {
  return ROWS.filter(([, row]) => row.stage === stage).map(([name, { recipe }]) => recipe?.key ?? name);
}

function pick(recipe: Recipe, wanted: (key: string) => boolean): Record<string, unknown> {
  return Object.fromEntries(Object.entries(recipe).filter(([key]) => wanted(key)));
}
