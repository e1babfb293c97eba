import { readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../util/user-error";

/** Where each service looks for the pipeline of a repository. */
const FILES = { github: ".github/workflows/images.yml", gitlab: ".gitlab-ci.yml" } as const;

/**
 * The pipeline of an app for a service: its file, and that file's text.
 * @throws UserError for an unknown service
 */
export function pipelineFor(service: string): { readonly file: string; readonly text: string } {
  if (service !== "github" && service !== "gitlab") {
    throw new UserError(`there is no pipeline for "${service}": write --ci github or --ci gitlab`);
  }
  return { file: FILES[service], text: readFileSync(join(__dirname, `${service}.yml`), "utf8") };
}
