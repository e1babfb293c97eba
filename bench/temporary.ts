import { rmSync } from "node:fs";
import { temporaryFolder } from "../__tests__/support/temporary";

/** Does something in a folder of its own, which is removed afterwards. */
export async function inTemporaryFolder<Result>(work: (folder: string) => Result | Promise<Result>): Promise<Result> {
  const folder = temporaryFolder("bench");
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
