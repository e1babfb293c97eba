import { readFileSync } from "node:fs";
import { z } from "zod";
import { planRemoteGc, type RemoteGarbage, type RemoteKept, removeRemoteGarbage } from "../../remote/gc";
import type { ImageKey } from "../../remote/remote";
import { size, textTable } from "../../util/text-table";
import { UserError } from "../../util/user-error";
import { printJson } from "../command";
import { withRemote } from "./open";

export interface RemoteGcCommand {
  readonly keep: number;
  readonly yes?: true;
  readonly json?: true;
  /** Manifests or requests whose images stay. */
  readonly needed?: readonly string[];
}

/** `os-images gc --remote`: without --yes it only lists what it would remove. */
export function collectInRemote({ keep, yes = undefined, json, needed = [] }: RemoteGcCommand): Promise<number> {
  const images = needed.map(imageNeededBy);
  return withRemote(async (remote) => {
    const { garbage, kept } = await planRemoteGc(remote, { keep, needed: images });
    const uploads = yes ? await removeRemoteGarbage(remote, garbage) : 0;
    if (json) printJson({ dryRun: !yes, removed: garbage, unfinishedUploads: uploads, kept });
    else process.stdout.write(report(garbage, kept, uploads, yes ?? false));
    return 0;
  });
}

function report(
  garbage: readonly RemoteGarbage[],
  kept: readonly RemoteKept[],
  uploads: number,
  done: boolean,
): string {
  const verb = done ? "removed" : "would go";
  const rows = [
    ...garbage.map(({ image, bytes, reason }) => [
      { text: verb, colour: "red" as const },
      titleOf(image),
      size(bytes),
      reason,
    ]),
    ...kept.map(({ image, bytes, reasons }) => ["stays", titleOf(image), size(bytes), reasons.join("; ")]),
  ];
  const bytes = garbage.reduce((sum, entry) => sum + entry.bytes, 0);
  const sum = `${verb}: ${garbage.length}, ${size(bytes)}; ${done ? "stayed" : "stays"}: ${kept.length}\n`;
  const ended = uploads > 0 ? `uploads ended that nobody finished: ${uploads}\n` : "";
  const hint = done || garbage.length === 0 ? "" : "nothing was removed; add --yes to remove it\n";
  return textTable([], rows, { right: [2] }) + sum + ended + hint;
}

function titleOf({ name, shortFingerprint }: ImageKey): string {
  return `${name}/${shortFingerprint}`;
}

/** What a manifest.json or a build.json says of its image. */
const neededSchema = z.object({ name: z.string(), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) });

function imageNeededBy(file: string): ImageKey & { readonly file: string } {
  try {
    const { name, fingerprint } = neededSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return { name, shortFingerprint: fingerprint.slice(0, 12), file };
  } catch {
    throw new UserError(`${file} is no manifest.json or build.json that can be read: nothing was removed`);
  }
}
