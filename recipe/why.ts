import { canonicalJson } from "./fingerprint";
import type { Recipe } from "./recipe";
import { stagesOf } from "./stages";

/** A recipe, and the files that it has digests of. */
export interface Described {
  readonly recipe: Recipe;
  /** Empty if it is built on another image. */
  readonly kickstart: string;
  /** The text of each provisioner, in order. */
  readonly provisioners: readonly string[];
}

/** What becomes of a stage when one description takes the place of another. */
export interface StageChange {
  readonly stage: string;
  /** "same": its checkpoint may be taken; "after a change": its own inputs are as before. */
  readonly state: "same" | "after a change" | "changed" | "new";
  /** What is different in it, one line each. */
  readonly changes: readonly string[];
}

/** So many changed lines of a text are shown, of those that went and of those that came. */
const SHOWN_LINES = 5;

/** Stage by stage, why an image that was built by one description is built anew by another. */
export function whyAnew(before: Described, after: Described): StageChange[] {
  const old = new Map(stagesOf(before.recipe).map((stage) => [stage.name, stage]));
  return stagesOf(after.recipe).map(({ name, fingerprint, inputs }, index) => {
    const was = old.get(name);
    if (was === undefined) return { stage: name, state: "new", changes: [] };
    if (was.fingerprint === fingerprint) return { stage: name, state: "same", changes: [] };
    const keys = [...new Set([...Object.keys(was.inputs), ...Object.keys(inputs)])].sort();
    const changed = keys.filter((key) => canonicalJson(was.inputs[key] ?? null) !== canonicalJson(inputs[key] ?? null));
    const changes = changed.flatMap((key) => {
      if (key === "kickstart") return textChanges(key, before.kickstart, after.kickstart);
      const [from = "", to = ""] = [before, after].map(({ provisioners }) => provisioners[index - 1]);
      if (key === "provisioner") return textChanges("its script", from, to);
      return [`${key}: ${shown(was.inputs[key])} -> ${shown(inputs[key])}`];
    });
    return { stage: name, state: changed.length > 0 ? "changed" : "after a change", changes };
  });
}

/** The lines between those that two texts have in common at their beginning and at their end. */
function textChanges(what: string, before: string, after: string): string[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start++;
  let end = 0;
  const most = Math.min(old.length, fresh.length) - start;
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end++;
  const part = (sign: string, lines: readonly string[]): string[] => {
    const between = lines.slice(start, lines.length - end);
    const rest = between.length - SHOWN_LINES;
    return [
      ...between.slice(0, SHOWN_LINES).map((line) => `  ${sign} ${line}`),
      ...(rest > 0 ? [`  ${sign} and ${rest} more line(s)`] : []),
    ];
  };
  return [`${what}, from line ${start + 1}:`, ...part("-", old), ...part("+", fresh)];
}

/** A digest by its first digits, anything else as it is in the recipe. */
function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : typeof value === "string" ? value : canonicalJson(value);
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1...");
}
