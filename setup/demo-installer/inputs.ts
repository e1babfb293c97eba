import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../../util/digest";

/** Folder of this file: the medium's sources. */
export const SOURCES = __dirname;

/** Debian's release from which the medium is made. */
export const SUITE = "bookworm";

/** The pinned kickstart parser that goes on the medium. */
const PYKICKSTART = join(__dirname, "../modules/pykickstart/requirements.txt");

/** Every file's time on the medium, so that two runs give one digest: 2026-01-01T00:00:00Z. */
export const SOURCE_DATE_EPOCH = 1767225600;

/** Which system a medium installs: the demo's, or the same with Python, which Ansible needs of the machines it configures. */
export interface DemoSystem {
  /** @default false */
  readonly python?: boolean;
}

/** The medium's key: 12 hex digits over every file of this folder but its documents, the parser's version, and the system. */
export function mediumKey({ python = false }: DemoSystem): string {
  const pieces = files(SOURCES, "").flatMap((path) => {
    const content = readFileSync(join(SOURCES, path));
    const executable = (statSync(join(SOURCES, path)).mode & 0o100) !== 0;
    return [`${path}\0${executable}\0${content.length}\0`, content];
  });
  return sha256(readFileSync(PYKICKSTART), ...pieces, python ? "python" : "").slice(0, 12);
}

/** The lines of a list in this folder, without comments and empty lines. */
export function readList(path: string): string[] {
  return readFileSync(join(SOURCES, path), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function files(root: string, below: string): string[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return entry.name === "__pycache__" ? [] : files(root, path);
      return entry.name.endsWith(".md") ? [] : [path];
    });
}
