import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../util/digest";
import { writeWhole } from "../../util/whole-file";
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
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeWhole(this.file(request), JSON.stringify(parsed), 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }

  private file({ path, text, dialect }: ParseRequest): string {
    return join(
      this.folder,
      `${sha256([this.parser, this.pykickstart, syntaxName(dialect), path, text].join("\0"))}.json`,
    );
  }
}
