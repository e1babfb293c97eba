import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Manifest } from "../../store/manifest";
import { descendants, stillRunning, type TreeProcess } from "./process-tree";
import { writeRequest, type WrittenRequest } from "./request";
import { tinyImage } from "./tiny-medium";

const ROOT = join(__dirname, "..", "..");

/** The processes of a build, from what stands for Terraform down to QEMU. */
export const VICTIMS = ["terraform", "shell", "builder", "guard", "packer", "plugin", "qemu"] as const;
export type Victim = (typeof VICTIMS)[number];

/** How long everything may take to be gone, in milliseconds. */
const GONE_MS = 10_000;

const COMMAND_LINES: Record<Exclude<Victim, "terraform" | "shell">, RegExp> = {
  builder: /builder\/main\.ts/,
  guard: /builder\/guard\.sh/,
  packer: /^\S*packer build/,
  plugin: /^\S*packer-plugin-qemu\S* start builder/,
  qemu: /^\S*qemu-system/,
};

/** What was found after a fault. Each list should be empty. */
export interface FaultReport {
  readonly hit: boolean;
  readonly survivors: readonly string[];
  readonly leftovers: readonly string[];
  readonly halfImages: readonly string[];
}

/** A build started as Terraform starts it: a process of its own, a shell, the builder. */
export interface StartedBuild {
  readonly root: number;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

/** Starts the builder on a request, under a shell, under a process that stands for Terraform. */
export function startBuild(file: string): StartedBuild {
  const builder = `'${process.execPath}' --import tsx '${join(ROOT, "builder", "main.ts")}' '${file}'; exit $?`;
  const terraform = `const {spawn} = require("node:child_process");
    const shell = spawn("/bin/sh", ["-c", process.argv[1]], { stdio: ["ignore", "pipe", "pipe"] });
    shell.stdout.pipe(process.stdout); shell.stderr.pipe(process.stderr);
    shell.on("close", (code) => process.exit(code ?? 1));`;
  const child = spawn(process.execPath, ["-e", terraform, builder], {
    cwd: ROOT,
    env: { ...process.env, OS_IMAGES_NO_VALIDATE: "1", OS_IMAGES_SLOTS: "8" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
  return {
    root: child.pid ?? 0,
    ended: new Promise((resolve) => child.once("close", (code) => resolve(code))),
    output: () => output,
  };
}

/** Kills one process of a build `afterMs` after its start, and looks at what is left 10 s later at the latest. */
export async function killDuring(
  store: string,
  medium: { readonly iso: string; readonly sha256: string },
  revision: string,
  victim: Victim,
  afterMs: number,
): Promise<FaultReport> {
  const request = writeRequest(store, { ...tinyImage(medium), revision });
  const build = startBuild(request.file);
  const seen = new Map<number, TreeProcess>();
  const look = (): TreeProcess[] => {
    const tree = descendants(build.root);
    tree.forEach((one) => seen.set(one.pid, one));
    return tree;
  };
  const deadline = performance.now() + afterMs;
  while (performance.now() < deadline) {
    look();
    await sleep(Math.min(40, Math.max(1, deadline - performance.now())));
  }
  const target = pick(look(), build.root, victim);
  if (target !== undefined) process.kill(target.pid, "SIGKILL");
  look();
  await (target === undefined ? build.ended : Promise.race([build.ended, sleep(GONE_MS)]));
  const until = performance.now() + GONE_MS;
  while (performance.now() < until && (stillRunning([...seen.values()]).length > 0 || leftoversOf(store).length > 0)) {
    await sleep(100);
  }
  return {
    hit: target !== undefined,
    survivors: stillRunning([...seen.values()]).map(({ commandLine }) => commandLine),
    leftovers: leftoversOf(store),
    halfImages: halfImagesOf(request),
  };
}

/** What a build leaves only while it runs: work folders and locks. */
export function leftoversOf(store: string): string[] {
  return [".work", ".locks"].flatMap((folder) => {
    const path = join(store, folder);
    return existsSync(path) ? readdirSync(path).map((name) => join(folder, name)) : [];
  });
}

/** An image that is there but not whole: no disk, or one of another digest. */
export function halfImagesOf({ image }: WrittenRequest): string[] {
  const file = join(image, "manifest.json");
  if (!existsSync(file)) return [];
  const { disk } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const digest = createHash("sha256")
    .update(readFileSync(join(image, disk.file)))
    .digest("hex");
  return digest === disk.sha256 ? [] : [`${file}: the disk's digest is ${digest}`];
}

function pick(tree: readonly TreeProcess[], root: number, victim: Victim): TreeProcess | undefined {
  if (victim === "terraform") return tree.find(({ pid }) => pid === root);
  if (victim === "shell") return tree.find(({ parent }) => parent === root);
  const pattern = COMMAND_LINES[victim];
  const matching = tree.filter(({ commandLine }) => pattern.test(commandLine));
  return matching.find(({ commandLine }) => !commandLine.startsWith("/bin/sh -c")) ?? matching[0];
}
