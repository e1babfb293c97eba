import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";

/** Writes a file that others see whole or not at all: beside it first, then by rename. A failure leaves nothing. */
export function writeWhole(path: string, text: string): void {
  const beside = `${path}.${randomBytes(6).toString("hex")}.new`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
