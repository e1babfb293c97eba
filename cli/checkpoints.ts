import type { Command } from "commander";
import { type ListedCheckpoint, listCheckpoints } from "../store/checkpoints";
import { removeGarbage } from "../store/gc-remove";
import { requireStore } from "../store/list";
import { size, textTable, timeAndAge } from "../util/text-table";
import { UserError } from "../util/user-error";
import { addStoreCommand, printJson, type StoreOptions } from "./command";

/** Adds `os-images checkpoints ls` and `os-images checkpoints rm`: the disks that builds go on from. */
export function addCheckpoints(program: Command): void {
  const group = program
    .command("checkpoints")
    .description("The disks after the stages of builds, kept for later builds.");
  addStoreCommand(group, "ls", "List the checkpoints, those used last first.").action((options: StoreOptions) => {
    const listed = listCheckpoints(requireStore(options.store));
    if (options.json) printJson(listed);
    else process.stdout.write(tableOf(listed));
  });
  addStoreCommand(group, "rm", "Remove checkpoints, and all that stands on them.")
    .argument("[digits...]", "the first digits of their fingerprints")
    .option("--all", "remove every one")
    .action((digits: readonly string[], options: StoreOptions & { readonly all?: true }) => {
      const store = requireStore(options.store);
      const gone = chosen(listCheckpoints(store), digits, options.all ?? false);
      for (const { path, bytes } of gone) {
        removeGarbage(store, { kind: "checkpoint", title: "", path, bytes, reason: "" }, []);
      }
      if (options.json) printJson(gone);
      else process.stdout.write(`removed: ${gone.length}, ${size(gone.reduce((sum, { bytes }) => sum + bytes, 0))}\n`);
    });
}

function tableOf(listed: readonly ListedCheckpoint[]): string {
  if (listed.length === 0) return "there is no checkpoint\n";
  const rows = listed.map(({ digits, manifest, reason, bytes, usedAt }) => [
    digits,
    manifest?.stage ?? `unusable: ${reason}`,
    manifest?.madeFor ?? "-",
    manifest === undefined ? "-" : timeAndAge(manifest.madeAt),
    timeAndAge(usedAt),
    size(bytes),
  ]);
  return textTable(["checkpoint", "after", "made for", "made (UTC)", "used (UTC)", "size"], rows, { right: [5] });
}

/** Those named, or all, with what stands on them; what stands on others first. */
function chosen(listed: readonly ListedCheckpoint[], named: readonly string[], all: boolean): ListedCheckpoint[] {
  if (all === named.length > 0) throw new UserError("write the first digits of checkpoints, or --all");
  const roots = named.map((digits) => {
    const found = listed.filter((one) => /^[0-9a-f]+$/.test(digits) && one.digits.startsWith(digits));
    if (found.length !== 1)
      throw new UserError(`"${digits}" means ${found.length} checkpoints: see os-images checkpoints ls`);
    return found;
  });
  const gone = new Set(all ? listed : roots.flat());
  for (let before = -1; gone.size !== before;) {
    before = gone.size;
    for (const one of listed) {
      const base = one.manifest?.base?.fingerprint.slice(0, 12);
      if ([...gone].some(({ digits }) => digits === base)) gone.add(one);
    }
  }
  return [...gone].reverse();
}
