import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { InstallMedium } from "../recipe/medium";
import { UserError } from "../recipe/user-error";
import { cacheDir } from "../tools/cache";

const mediumSchema = z.object({ iso: z.string(), sha256: z.string() });

/** Where set-up notes the demo installer's medium: `{ iso, sha256, sizeBytes }`. */
export function demoMediumNote(): string {
  return join(cacheDir(), "assets", "demo-installer.json");
}

/**
 * The project's demo installer, an ISO that set-up makes from Debian's packages on this machine.
 * @throws UserError where set-up has not run
 */
export function demoMedium(): InstallMedium {
  let note: string;
  try {
    note = readFileSync(demoMediumNote(), "utf8");
  } catch {
    throw new UserError("the demo installer's medium is missing: run `npm run setup`", 3);
  }
  const { iso, sha256 } = mediumSchema.parse(JSON.parse(note));
  return InstallMedium.iso({ url: iso, checksum: `sha256:${sha256}` });
}
