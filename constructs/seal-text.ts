import { readFileSync } from "node:fs";
import type { Login } from "../recipe/login";
import { sealScript } from "../recipe/seal";
import { packageFile } from "./package-file";

/** The sealing script of an image, or undefined where nobody logs in to run it. */
export function sealText(login: Login): string | undefined {
  if (login.kind === "none") return undefined;
  const steps = login.kind === "buildKey" ? ["remove-build-user"] : [];
  const texts = steps.map((name) => ({
    name,
    text: readFileSync(packageFile("recipe", "seal", `${name}.sh`), "utf8"),
  }));
  return sealScript(texts, login.kind === "buildKey" ? login.username : "");
}
