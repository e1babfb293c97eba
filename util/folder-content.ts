import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join, posix } from "node:path";
import ignore from "ignore";
import { sha256 } from "./digest";
import { UserError } from "./user-error";

/** What a folder leaves out of its digest and copies, one pattern a line as in .gitignore. The file itself is left out too. */
export const IGNORE_FILE = ".os-images-ignore";

const ALWAYS_IGNORED = [".git", "__pycache__", "*.pyc", "*.retry", IGNORE_FILE];

/** How much of a file is read at once, in bytes. */
const PIECE = 1 << 20;

/**
 * sha256 of what is in a folder: 64 hex digits over the names, contents and modes of its files, and where its links lead.
 * A mode counts as git keeps it: executable or not. Times, owners, empty folders and the folder's own place do not count.
 * @throws UserError on what can be neither copied nor compared: sockets and the like, links that lead out of the folder
 */
export function folderDigest(folder: string): string {
  const lines = folderEntries(folder).map(({ path, kind }) => {
    const file = join(folder, path);
    return [path, kind, kind === "link" ? readlinkSync(file) : digestOf(file)].join("\0");
  });
  return sha256(...lines.map((line) => `${line}\n`));
}

/** Copies what `folderDigest` covers into a new folder, files as 0600 or 0700. The copy has the same digest. */
export function copyFolder(folder: string, target: string): void {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const { path, kind } of folderEntries(folder)) {
    const copy = join(target, path);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    if (kind === "link") symlinkSync(readlinkSync(join(folder, path)), copy);
    else {
      copyFileSync(join(folder, path), copy);
      chmodSync(copy, kind === "executable" ? 0o700 : 0o600);
    }
  }
}

/** One file or link of a folder. */
export interface FolderEntry {
  /** Below the folder, with "/". Empty if the folder is no folder but a file. */
  readonly path: string;
  readonly kind: "file" | "executable" | "link";
}

/**
 * What `folderDigest` covers, in order. A file counts as a folder of one file without a name.
 * @throws UserError as that does
 */
export function folderEntries(folder: string): FolderEntry[] {
  if (statSync(folder).isFile()) return [fileEntry(folder, "")];
  const file = join(folder, IGNORE_FILE);
  const rules = ignore().add(ALWAYS_IGNORED);
  if (existsSync(file)) rules.add(readFileSync(file, "utf8"));
  return below("");

  function below(path: string): FolderEntry[] {
    return readdirSync(join(folder, path), { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const own = posix.join(path, entry.name);
        if (rules.ignores(entry.isDirectory() ? `${own}/` : own)) return [];
        if (entry.isDirectory()) return below(own);
        if (entry.isSymbolicLink()) return [linkEntry(folder, own)];
        if (!entry.isFile()) throw new UserError(`${join(folder, own)} is no file: name it in ${IGNORE_FILE} there`);
        return [fileEntry(folder, own)];
      });
  }
}

function fileEntry(folder: string, path: string): FolderEntry {
  return { path, kind: (statSync(join(folder, path)).mode & 0o100) === 0 ? "file" : "executable" };
}

function linkEntry(folder: string, path: string): FolderEntry {
  const target = readlinkSync(join(folder, path));
  const inside = posix.join(posix.dirname(path), target);
  if (posix.isAbsolute(target) || inside === ".." || inside.startsWith("../")) {
    throw new UserError(
      `the link ${join(folder, path)} leads out of its folder, to ${target}: what is there would not be seen to ` +
        `change; put a copy in its place, or name it in ${IGNORE_FILE}`,
    );
  }
  return { path, kind: "link" };
}

/** In pieces: a file may be larger than what fits into memory. */
function digestOf(file: string): string {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(PIECE);
  const descriptor = openSync(file, "r");
  try {
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
  return hash.digest("hex");
}
