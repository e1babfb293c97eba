import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeRequest } from "../__tests__/support/request";
import { inTemporaryFolder } from "./temporary";

/** The contents of the files that Terraform writes for one image, for others to write the same. */
export function fileContents(): Promise<string[]> {
  return inTemporaryFolder((store) => {
    const folder = dirname(writeRequest(store).file);
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  });
}
