import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PARSER, syntaxName, type ParseRequest } from "./parser";
import type { ParsedKickstart } from "./parsed";

/**
 * Parsed kickstarts under the hash of all that decides the answer, so that an unchanged kickstart starts no Python.
 * A folder that cannot be written is a slower cache, not an error.
 */
export class ParseCache {
  private readonly parser: string;

  /** `pykickstart`: its version. */
  constructor(
    private readonly folder: string,
    private readonly pykickstart: string,
  ) {
    this.parser = sha256(readFileSync(PARSER));
  }

  get(request: ParseRequest): ParsedKickstart | undefined {
    try {
      const parsed = JSON.parse(readFileSync(this.file(request), "utf8")) as ParsedKickstart;
      const unchanged = parsed.includes.every(({ path, sha256: known }) => sha256(readFileSync(path)) === known);
      return unchanged ? parsed : undefined;
    } catch {
      return undefined;
    }
  }

  /** Not for a kickstart with an include that was not there: nothing would tell that it has come. */
  put(request: ParseRequest, parsed: ParsedKickstart): void {
    if (parsed.unresolved.some(({ reason }) => reason === "missing" || reason === "unreadable")) return;
    const file = this.file(request);
    const beside = `${file}.${process.pid}`;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeFileSync(beside, JSON.stringify(parsed), { mode: 0o600 });
      renameSync(beside, file);
    } catch {
      if (existsSync(beside)) rmSync(beside);
    }
  }

  private file({ path, text, dialect }: ParseRequest): string {
    return join(
      this.folder,
      `${sha256([this.parser, this.pykickstart, syntaxName(dialect), path, text].join("\0"))}.json`,
    );
  }
}

function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}
