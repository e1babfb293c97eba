import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { sealFile } from "../recipe/files";
import type { BuildRequest } from "../recipe/request";
import { RELEASE_MARKER } from "../recipe/seal";
import { printable } from "../util/lines";

const run = promisify(execFile);

/** How long git may take, in milliseconds. */
const GIT_MS = 10_000;

/**
 * The revision of the sources in a folder, 40 hex digits, with "-dirty" at its end if a file of git's was changed: git-describe(1).
 * Undefined without git, or outside of a repository.
 */
export async function sourceRevision(folder: string): Promise<string | undefined> {
  const words = ["-C", folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"];
  const { stdout } = await run("git", words, { timeout: GIT_MS }).catch(() => ({ stdout: "" }));
  return /^[0-9a-f]{40,64}(-dirty)?$/.exec(stdout.trim())?.[0];
}

/**
 * A request's files, with the lines of /etc/os-images-release in the sealing script. They are put in after the recipe's digest
 * of that script was compared, as they have the fingerprint, and a date that no two builds share.
 */
export function withRelease(
  files: ReadonlyMap<string, Buffer>,
  request: Pick<BuildRequest, "name" | "fingerprint" | "login"> & { readonly recipe: { readonly revision: string } },
  { date, source }: { readonly date: Date; readonly source: string | undefined },
): Map<string, Buffer> {
  const file = sealFile(request.login);
  const values = {
    NAME: request.name,
    FINGERPRINT: request.fingerprint,
    REVISION: request.recipe.revision,
    DATE: date.toISOString(),
    ...(source !== undefined && { SOURCE_REVISION: source }),
  };
  const words = Object.entries(values).map(([key, value]) => shellWord(`${key}=${assigned(value)}`));
  const text = (files.get(file)?.toString() ?? "").replace(RELEASE_MARKER, () => words.join(" "));
  return new Map([...files, [file, Buffer.from(text)]]);
}

/** A value in the form of os-release(5), so that a shell can read the file. */
function assigned(value: string): string {
  return `"${printable(value).replace(/["$`\\]/g, "\\$&")}"`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
