import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../store/manifest";
import type { WrittenRequest } from "./request";

const ROOT = join(__dirname, "..", "..");

/** A build started as Terraform starts it: a process of its own, a shell, the builder. */
export interface StartedBuild {
  readonly root: number;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
}

/** Starts the builder on a request, under a shell, under a process that stands for Terraform. */
export function startBuild(file: string, program = join("builder", "main.ts")): StartedBuild {
  const builder = `'${process.execPath}' --import tsx '${join(ROOT, program)}' '${file}'; exit $?`;
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

/** What a build leaves only while it runs: work folders and locks. */
export function leftoversOf(store: string): string[] {
  return [".work", ".locks"].flatMap((folder) => {
    const path = join(store, folder);
    return existsSync(path) ? readdirSync(path).map((name) => join(folder, name)) : [];
  });
}

/** An image that is there but not whole: no disk, or one of another digest. */
export function halfImagesOf({ image }: WrittenRequest): string[] {
  return halfImagesIn(image);
}

/** The same, by the image's folder. */
export function halfImagesIn(image: string): string[] {
  const file = join(image, "manifest.json");
  if (!existsSync(file)) return [];
  const { disk } = JSON.parse(readFileSync(file, "utf8")) as Manifest;
  const digest = createHash("sha256")
    .update(readFileSync(join(image, disk.file)))
    .digest("hex");
  return digest === disk.sha256 ? [] : [`${file}: the disk's digest is ${digest}`];
}

/** What lies in an image's folder beside Terraform's requests, if there is no image. */
export function filesOfNoImage({ image }: WrittenRequest): string[] {
  if (existsSync(join(image, "manifest.json"))) return [];
  return readdirSync(image).filter((name) => name !== "requests");
}
