import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type BuildRequest, requestSchema } from "../recipe/request";
import type { Described, StageChange } from "../recipe/why";
import { REQUEST_FILE } from "../store/layout";
import { readJson } from "../util/json-file";

/** The request in a folder; undefined if there is none that this version reads. */
export function requestIn(folder: string): BuildRequest | undefined {
  return requestSchema.safeParse(readJson(join(folder, REQUEST_FILE))).data;
}

/** The recipe of a request, with the files beside it. */
export function described(folder: string, request: BuildRequest): Described {
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const { recipe, medium, provisioners } = request;
  const texts = provisioners.map((step, index) => {
    const part = recipe.provisioners[index];
    const values = typeof part === "object" ? `${JSON.stringify(part, null, 2)}\n` : "";
    return `${values}${typeof step === "string" ? read(step) : ""}`;
  });
  const kickstart = medium.kind === "iso" ? read(medium.kickstart) : "";
  return { recipe, kickstart, provisioners: texts };
}

/** Stage, state and change: a row for each line. */
export function rowsOf(stages: readonly StageChange[]): string[][] {
  return stages.flatMap(({ stage, state, changes }) => [
    [stage, state, changes[0] ?? ""],
    ...changes.slice(1).map((line) => ["", "", line]),
  ]);
}
