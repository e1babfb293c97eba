import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new, empty folder in the temporary folder of the test file, which is removed after the file's last test. */
export function temporaryFolder(name = "test"): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `${name}-`)));
}
