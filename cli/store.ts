import type { Command } from "commander";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../recipe/user-error";
import { digestOf } from "../builder/medium";
import { judge } from "../store/garbage";
import { basesOf, openFiles } from "../store/in-use";
import { isLock, tryLock } from "../store/lock";
import { listImages, type StoredImage } from "../store/list";
import { setAside } from "../store/set-aside";
import { requireTool } from "../tools/find";
import { table } from "./table";

interface StoreOptions {
  readonly store: string;
  readonly json?: boolean;
}

/** `os-images ls | show | log | verify | gc`: the store as people and programs look at it. */
export function addStore(program: Command): void {
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .option("--store <folder>", "the store", "images")
      .option("--json", "print JSON");

  command("ls", "list the images of the store").action((options: StoreOptions) => list(options));
  command("show <name>", "show an image: NAME, or NAME/FINGERPRINT").action((name: string, options: StoreOptions) =>
    show(name, options),
  );
  command("log <name>", "show why a build failed, or the console of the last one").action(
    (name: string, options: StoreOptions) => log(name, options),
  );
  command("verify [name]", "read the disks again and move damaged images aside").action(
    (name: string | undefined, options: StoreOptions) => verify(name, options),
  );
  command("gc", "remove images that nothing asks for or uses; shows them unless --delete is given")
    .option("--delete", "remove them")
    .option("--keep-last <number>", "keep so many of each name", "2")
    .option("--overlay <file...>", "overlays whose bases stay")
    .action((options: GarbageOptions) => collect(options));
}

function list({ store, json }: StoreOptions): void {
  const rows = listImages(resolve(store)).map((image) => summary(image));
  if (json) return print(JSON.stringify(rows, null, 2));
  print(
    table(
      ["NAME", "FINGERPRINT", "STATE", "CREATED", "SIZE", "REQUESTS"],
      rows.map((row) => [
        row.name,
        row.fingerprint,
        row.state,
        row.createdAt,
        row.sizeBytes === undefined ? "" : `${(row.sizeBytes / 1024 / 1024).toFixed(0)} MiB`,
        String(row.requests),
      ]),
    ),
  );
}

function summary({ paths, state, requests }: StoredImage) {
  return {
    name: paths.name,
    fingerprint: paths.shortFingerprint,
    state: state.kind === "there" ? "there" : state.kind === "damaged" ? `damaged: ${state.reason}` : "not built",
    createdAt: state.kind === "there" ? state.manifest.createdAt : "",
    ...(state.kind === "there" && { sizeBytes: state.manifest.disk.sizeBytes }),
    requests: requests.length,
  };
}

function show(name: string, { store, json }: StoreOptions): void {
  const image = find(store, name);
  if (image.state.kind !== "there") throw new UserError(`image ${name} is ${summary(image).state}`, 1);
  const { manifest } = image.state;
  if (json) return print(JSON.stringify({ ...manifest, path: join(image.paths.image, manifest.disk.file) }, null, 2));
  const { disk, source, build: made } = manifest;
  const rows = [
    ["image", `${manifest.name} ${manifest.fingerprint}`],
    ["revision", manifest.revision],
    ["created", manifest.createdAt],
    ["disk", join(image.paths.image, disk.file)],
    ["size", `${disk.sizeBytes} bytes of ${disk.virtualSizeBytes}, ${disk.format}`],
    ["sha256", disk.sha256],
    ["installed from", `${source.release}: ${source.iso}`],
    ["built in", `${made.seconds.toFixed(1)} s by ${made.accelerator}`],
    ...made.phases
      .filter(({ seconds }) => seconds > 0)
      .map((phase) => [`  ${phase.name}`, `${phase.seconds.toFixed(1)} s`]),
  ];
  print(table([], rows));
}

/** The report of the last failed build of a name, or the console of the image that is there. */
function log(name: string, { store, json }: StoreOptions): void {
  const [plain = ""] = name.split("/");
  const failures = join(resolve(store), plain, ".failed");
  const [last] = existsSync(failures) ? readdirSync(failures).sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1)) : [];
  if (last !== undefined) {
    const folder = join(failures, last);
    const report = readFileSync(join(folder, "failure.json"), "utf8");
    if (json) return print(report.trimEnd());
    const { cause, reason, proof, remedy, state } = JSON.parse(report) as Record<string, string | undefined>;
    print(
      table(
        [],
        [
          ["failed", last],
          ["state", state ?? ""],
          ["cause", cause ?? ""],
          ["reason", reason ?? ""],
        ],
      ),
    );
    if (proof !== undefined) print(`shown by: ${proof}`);
    if (remedy !== undefined) print(`what to do: ${remedy}`);
    return print(`logs and screenshot: ${folder}`);
  }
  const image = find(store, name);
  const file = join(image.paths.image, "console.log");
  if (!existsSync(file))
    throw new UserError(`image ${name} has no log: it was neither built nor did a build of it fail`, 1);
  print(json ? JSON.stringify({ console: readFileSync(file, "utf8") }) : readFileSync(file, "utf8"));
}

/** A failure's folder is "<fingerprint>-<time>". */
function timeOf(folder: string): string {
  return folder.slice(folder.indexOf("-") + 1);
}

async function verify(name: string | undefined, { store, json }: StoreOptions): Promise<void> {
  const images = name === undefined ? listImages(resolve(store)) : [find(store, name)];
  const rows: { name: string; fingerprint: string; result: string }[] = [];
  for (const image of images.filter(({ state }) => state.kind !== "absent")) {
    const problem = await problemOf(image);
    const result = problem === undefined ? "sound" : `${problem}; moved to ${setAside(image.paths)}`;
    rows.push({ name: image.paths.name, fingerprint: image.paths.shortFingerprint, result });
    if (problem !== undefined) process.exitCode = 1;
  }
  print(
    json
      ? JSON.stringify(rows, null, 2)
      : table(
          ["NAME", "FINGERPRINT", "RESULT"],
          rows.map((row) => Object.values(row)),
        ),
  );
}

async function problemOf({ paths, state }: StoredImage): Promise<string | undefined> {
  if (state.kind === "damaged") return state.reason;
  if (state.kind === "absent") return undefined;
  const digest = await digestOf(join(paths.image, state.manifest.disk.file));
  return digest === state.manifest.disk.sha256 ? undefined : `its disk has the sha256 ${digest}`;
}

interface GarbageOptions extends StoreOptions {
  readonly delete?: boolean;
  readonly keepLast: string;
  readonly overlay?: readonly string[];
}

function collect({ store, json, keepLast, overlay = [], ...options }: GarbageOptions): void {
  const keep = Number(keepLast);
  if (!Number.isInteger(keep) || keep < 0)
    throw new UserError(`--keep-last is "${keepLast}": write a number such as 2`);
  const bases = overlay.length === 0 ? new Set<string>() : basesOf(overlay, requireTool("qemu-img").path);
  const verdicts = judge(listImages(resolve(store)), { keepLast: keep, inUse: new Set([...openFiles(), ...bases]) });
  const rows = [...verdicts].map(([image, kept]) => ({
    name: image.paths.name,
    fingerprint: image.paths.shortFingerprint,
    verdict: kept === undefined ? (options.delete ? "removed" : "would be removed") : `kept: ${kept}`,
  }));
  if (options.delete) for (const [image, kept] of verdicts) if (kept === undefined) remove(image);
  print(
    json
      ? JSON.stringify(rows, null, 2)
      : table(
          ["NAME", "FINGERPRINT", "VERDICT"],
          rows.map((row) => Object.values(row)),
        ),
  );
}

/** Under the lock of its build. The manifest goes first: from then on it is no image. */
function remove({ paths }: StoredImage): void {
  const lock = tryLock(paths.lock);
  if (!isLock(lock)) {
    throw new UserError(
      `image ${paths.name} ${paths.shortFingerprint} is being built by process ${lock.pid}: try again`,
      1,
    );
  }
  renameSync(paths.manifest, `${paths.manifest}.removed`);
  rmSync(paths.image, { recursive: true });
  lock.release();
}

function find(store: string, name: string): StoredImage {
  const [plain, digits = ""] = name.split("/");
  const images = listImages(resolve(store)).filter(
    ({ paths }) => paths.name === plain && paths.shortFingerprint.startsWith(digits),
  );
  const image = images.find(({ state }) => state.kind !== "absent") ?? images[0];
  if (image === undefined) {
    const names = [...new Set(listImages(resolve(store)).map(({ paths }) => paths.name))];
    throw new UserError(`there is no image ${name} in ${resolve(store)}: there are ${names.join(", ") || "none"}`);
  }
  return image;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
