import { readFileSync } from "node:fs";
import type { BuildRequest } from "../recipe/request";
import { UserError } from "../util/user-error";
import { userPath } from "./request-files";

/** A secret's name and its value at build time. */
export interface SecretValue {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads a request's secrets from the sources that it names.
 * @throws UserError that names the missing variable or file
 */
export function readSecrets(
  { secrets }: Pick<BuildRequest, "secrets">,
  requestFolder: string,
  environment: NodeJS.ProcessEnv = process.env,
): SecretValue[] {
  return secrets.map(({ name, source }) => ({
    name,
    value:
      source.kind === "env"
        ? fromVariable(name, source.variable, environment)
        : fromFile(name, userPath(source.path, requestFolder)),
  }));
}

function fromVariable(name: string, variable: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[variable];
  if (value === undefined || value === "") {
    throw new UserError(`the secret "${name}" is not there: set the environment variable ${variable} and deploy again`);
  }
  return value;
}

/** The file's content without the line end that editors and `echo` add. */
function fromFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    throw new UserError(`the secret "${name}" cannot be read: ${(error as Error).message}`);
  }
}
