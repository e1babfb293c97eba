import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson } from "../util/json-file";
import { failedFolder } from "./layout";

/** What is read of a failed build out of its `failure.json`: see builder/failure.ts. */
const failureSchema = z.looseObject({
  cause: z.string(),
  reason: z.string(),
  proof: z.string().optional(),
  remedy: z.string().optional(),
  phase: z.string().optional(),
});

/** A build that ended without an image, by the evidence that it left. */
export interface FailedBuild {
  readonly name: string;
  readonly shortFingerprint: string;
  /** Folder of the evidence. */
  readonly folder: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Undefined if `failure.json` is missing or damaged. */
  readonly failure?: z.infer<typeof failureSchema>;
}

/** The failed builds of a name, newest first. */
export function failedBuilds(store: string, name: string): FailedBuild[] {
  const parent = failedFolder(store, name);
  if (!existsSync(parent)) return [];
  const found = readdirSync(parent).flatMap((entry) => {
    const match = /^([0-9a-f]{12})-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(entry);
    if (match === null) return [];
    const [, shortFingerprint = "", year, month, day, hour, minute, second] = match;
    const folder = join(parent, entry);
    const time = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
    return [{ name, shortFingerprint, folder, time, ...readFailure(folder) }];
  });
  return found.sort((a, b) => (a.time < b.time ? 1 : -1));
}

function readFailure(folder: string): Pick<FailedBuild, "failure"> {
  const { data } = failureSchema.safeParse(readJson(join(folder, "failure.json")));
  return data === undefined ? {} : { failure: data };
}
