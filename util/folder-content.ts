import { createHash } from "node:crypto";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
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
  const lines = entriesOf(folder).map(({ path, kind }) => {
    const file = join(folder, path);
    return [path, kind, kind === "link" ? readlinkSync(file) : digestOf(file)].join("\0");
  });
  return sha256(...lines.map((line) => `${line}\n`));
}

/** Copies what `folderDigest` covers into a new folder, files as 0600 or 0700. The copy has the same digest. */
export function copyFolder(folder: string, target: string): void {
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const { path, kind } of entriesOf(folder)) {
    const copy = join(target, path);
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
    if (kind === "link") symlinkSync(readlinkSync(join(folder, path)), copy);
    else {
      copyFileSync(join(folder, path), copy);
      chmodSync(copy, kind === "executable" ? 0o700 : 0o600);
    }
  }
}

interface Entry {
  /** Below the folder, with "/". */
  readonly path: string;
  readonly kind: "file" | "executable" | "link";
}

function entriesOf(folder: string): Entry[] {
  const file = join(folder, IGNORE_FILE);
  const rules = ignore().add(ALWAYS_IGNORED);
  if (existsSync(file)) rules.add(readFileSync(file, "utf8"));
  return below("");

  function below(path: string): Entry[] {
    return readdirSync(join(folder, path), { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const own = posix.join(path, entry.name);
        if (rules.ignores(entry.isDirectory() ? `${own}/` : own)) return [];
        if (entry.isDirectory()) return below(own);
        if (entry.isSymbolicLink()) return [linkEntry(folder, own)];
        if (!entry.isFile()) throw new UserError(`${join(folder, own)} is no file: name it in ${IGNORE_FILE} there`);
        const executable = (lstatSync(join(folder, own)).mode & 0o100) !== 0;
        return [{ path: own, kind: executable ? "executable" : "file" }];
      });
  }
}

function linkEntry(folder: string, path: string): Entry {
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
