import type { Command } from "commander";
import { requireStore } from "../store/list";
import { type Garbage, type Kept, planGc } from "../store/gc-plan";
import { removeGarbage } from "../store/gc-remove";
import { machineFolders, printJson, addStoreCommand, type StoreOptions, wholeNumber } from "./command";
import { size, textTable } from "../util/text-table";
import { collectInRemote } from "./remote/gc";

interface GcOptions extends StoreOptions {
  readonly yes?: true;
  readonly keep: number;
  readonly failedDays: number;
  readonly checkpointsMax?: number;
  readonly machines?: readonly string[];
  readonly remote?: true;
  readonly needed?: readonly string[];
}

/** What became of one thing that might go. */
interface Outcome extends Omit<Garbage, "image"> {
  /** Why it stayed after all. */
  readonly leftBecause?: string;
}

/** Adds `os-images gc`: without --yes it only lists what it would remove. Exit code 1: something stayed. */
export function addGc(program: Command): void {
  addStoreCommand(program, "gc", "Remove images that nothing requests or uses; without --yes, only list them.")
    .option("--yes", "remove it")
    .option("--keep <n>", "keep so many of each name, the newest ones", wholeNumber(0), 1)
    .option("--failed-days <n>", "keep the evidence of failed builds for so many days", wholeNumber(0), 30)
    .option(
      "--checkpoints-max <gib>",
      "keep so many GiB of checkpoints (default: 20, or a tenth of the file system)",
      wholeNumber(0),
    )
    .option("--machines <dir...>", 'more folders of machines beside "machines" next to the store')
    .option("--remote", "in the remote that others share: keeps what is pinned, and all of the last day")
    .option("--needed <file...>", "with --remote: manifests or requests (build.json) whose images stay")
    .action(async (options: GcOptions) => {
      process.exitCode = options.remote ? await collectInRemote(options) : collect(options);
    });
}

function collect({ yes, json, keep, failedDays, checkpointsMax, ...options }: GcOptions): number {
  const store = requireStore(options.store);
  const machines = machineFolders(store, options.machines);
  const { garbage, kept } = planGc(store, {
    keep,
    failedDays,
    machines,
    ...(checkpointsMax !== undefined && { checkpointsMaxBytes: checkpointsMax * 1024 ** 3 }),
  });
  const outcomes = garbage.map(({ image, ...rest }): Outcome => {
    const leftBecause = yes ? removeGarbage(store, { ...rest, ...(image && { image }) }, machines) : undefined;
    return { ...rest, ...(leftBecause !== undefined && { leftBecause }) };
  });
  const gone = outcomes.filter(({ leftBecause }) => leftBecause === undefined);
  const left = outcomes.filter(({ leftBecause }) => leftBecause !== undefined);
  const bytes = gone.reduce((sum, entry) => sum + entry.bytes, 0);
  if (json) printJson({ dryRun: !yes, removed: gone, left, kept, bytes });
  else process.stdout.write(report(gone, left, kept, bytes, yes ?? false));
  return left.length > 0 ? 1 : 0;
}

function report(
  gone: readonly Outcome[],
  left: readonly Outcome[],
  kept: readonly Kept[],
  bytes: number,
  done: boolean,
): string {
  const verb = done ? "removed" : "would go";
  const rows = [
    ...gone.map((entry) => [{ text: verb, colour: "red" as const }, entry.title, size(entry.bytes), why(entry)]),
    ...left.map((entry) => ["left", entry.title, size(entry.bytes), entry.leftBecause ?? ""]),
    ...kept.map((entry) => ["stays", entry.title, size(entry.bytes), entry.reasons.join("; ")]),
  ];
  const sum = `${verb}: ${gone.length}, ${size(bytes)}; ${done ? "stayed" : "stays"}: ${left.length + kept.length}\n`;
  const hint = done || gone.length === 0 ? "" : "nothing was removed; add --yes to remove it\n";
  return textTable([], rows, { right: [2] }) + sum + hint;
}

function why({ kind, reason }: Outcome): string {
  return kind === "image" || kind === "checkpoint" ? reason : `${kind}: ${reason}`;
}
