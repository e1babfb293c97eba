import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { writeRequest } from "../__tests__/support/request";

/** The contents of the files that Terraform writes for one image, for others to write the same. */
export function fileContents(): string[] {
  const store = mkdtempSync(join(tmpdir(), "os-images-bench-"));
  try {
    const folder = dirname(writeRequest(store).file);
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  } finally {
    rmSync(store, { recursive: true });
  }
}
