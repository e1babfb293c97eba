import { readFileSync } from "node:fs";
import type { Login } from "../recipe/login";
import { sealScript } from "../recipe/seal";
import { type SealStep, sealSteps } from "../recipe/seal-steps";
import { packageFile } from "./package-file";

/** The sealing script of an image, or undefined where nobody logs in to run it. */
export function sealText(login: Login, skipped: readonly SealStep[]): string | undefined {
  if (login.kind === "none") return undefined;
  const texts = sealSteps(skipped).map((name) => ({ name, text: stepText(name) }));
  return sealScript(texts, login.kind === "buildKey" ? login.username : "");
}

/** The steps' files are read once for all images. */
const stepTexts = new Map<SealStep, string>();

function stepText(name: SealStep): string {
  const known = stepTexts.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(packageFile("recipe", "seal", `${name}.sh`), "utf8");
  stepTexts.set(name, text);
  return text;
}
