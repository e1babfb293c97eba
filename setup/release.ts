import { createHash } from "node:crypto";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UserError } from "../util/user-error";
import type { Note } from "../util/progress";
import { download } from "./download";
import { run } from "./run";

/** A published release: a zip file with one executable, and a file of checksums beside it. */
export interface Release {
  /** URL of the folder, without a slash at its end. */
  readonly folder: string;
  readonly zip: string;
  /** A file in the format of sha256sum(1). */
  readonly checksums: string;
  /** Name of the executable in the zip. */
  readonly member: string;
}

/**
 * Downloads a release to `target` after checking its sha256 against the publisher's list. "unreachable" when the site
 * does not answer in time or has no such file. UserError (exit code 1) when the file is not the one in the list.
 */
export async function downloadRelease(release: Release, target: string, note: Note): Promise<"done" | "unreachable"> {
  const list = await download(`${release.folder}/${release.checksums}`);
  const expected = list && checksumIn(list.toString("utf8"), release.zip);
  if (!expected) return "unreachable";
  const url = `${release.folder}/${release.zip}`;
  const zip = await download(url, {
    onBytes: (bytes) => note(`downloading ${release.zip}: ${bytes >> 20} MiB`),
  });
  if (!zip) return "unreachable";
  const got = createHash("sha256").update(zip).digest("hex");
  if (got !== expected) {
    throw new UserError(`${url} has the sha256 ${got}, but its publisher lists ${expected}: try again later`, 1);
  }
  await unpack(zip, release.member, target);
  return "done";
}

/** The digest of a file in a list as sha256sum(1) writes it; undefined when it is not listed. */
export function checksumIn(list: string, file: string): string | undefined {
  for (const line of list.split("\n")) {
    const [, digest, name] = /^([0-9a-f]{64})\s+\*?(.+?)\s*$/.exec(line) ?? [];
    if (name === file) return digest;
  }
  return undefined;
}

async function unpack(zip: Buffer, member: string, target: string): Promise<void> {
  const work = mkdtempSync(join(dirname(target), ".release-"));
  try {
    writeFileSync(join(work, "release.zip"), zip);
    await run("python3", ["-m", "zipfile", "-e", join(work, "release.zip"), work]);
    renameSync(join(work, member), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
