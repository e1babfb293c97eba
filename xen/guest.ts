import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { Readable } from "node:stream";
import { requireTool } from "../host/find";
import { UserError } from "../util/user-error";
import { type HostConnection, runOnHost } from "./host";

/** A guest on its host. */
export interface Guest {
  readonly host: HostConnection;
  /** The host's folder for images and guests. */
  readonly folder: string;
  readonly name: string;
  /** Whose guest it is. */
  readonly owner: string;
}

/** What a guest's disk is made from. */
export interface GuestImage {
  /** The raw disk on this machine. */
  readonly path: string;
  /** 64 hex digits. */
  readonly fingerprint: string;
}

/** What a guest and its disk were made for. Whatever is not there gets a new id, so that a plan makes it. */
export async function guestStatus(guest: Guest): Promise<{ readonly disk: string; readonly running: string }> {
  const ids = await run(guest, "status", []);
  const [disk, running] = ids.map((id) => (/^[0-9a-f-]{36}$/.test(id) ? id : randomUUID()));
  if (ids.length !== 2 || disk === undefined || running === undefined) {
    throw new UserError(`Xen host ${guest.host.address} answers with ${ids.length} lines instead of 2`, 1);
  }
  return { disk, running };
}

/** Has the image on the host; nothing is sent if it is there. */
export async function sendImage(guest: Guest, image: GuestImage): Promise<void> {
  await runWithImage(guest, image, "receive", []);
}

/** Gives the guest a disk of its own, a copy of the image. One that was made for this id stays as it is. */
export async function makeDisk(guest: Guest, image: GuestImage, id: string): Promise<void> {
  await runWithImage(guest, image, "disk", [id]);
  log(guest, "has its disk");
}

/** Runs the guest by this definition, with its disk as it is. */
export async function startGuest(guest: Guest, definition: string, id: string): Promise<void> {
  await run(guest, "start", [id, definition]);
  log(guest, "runs");
}

/** Stops the guest and removes its disk. A guest that is not there, or not this owner's, is left alone. */
export async function removeGuest(guest: Guest): Promise<void> {
  await run(guest, "remove", []);
  log(guest, "is removed");
}

async function runWithImage(guest: Guest, image: GuestImage, verb: string, more: readonly string[]): Promise<void> {
  const stats = statSync(image.path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new UserError(`${image.path} is missing: deploy the image's stack, which builds it`, 1);
  const neededKiB = Math.ceil((stats.blocks * 512) / 1024);
  const words = wordsOf(guest, verb, [image.fingerprint, String(neededKiB), ...more]);
  await runOnHost(guest.host, words, (line) => {
    if (line !== "send") return undefined;
    log(guest, `gets the image ${image.fingerprint.slice(0, 12)}, ${Math.ceil(neededKiB / 1024)} MiB`);
    return packed(image.path);
  });
}

/** The disk without its holes: a GNU tar, compressed. */
function packed(path: string): Readable {
  const tar = requireTool("tar").path;
  const words = ["--create", "--gzip", "--sparse", "--format=gnu", "--directory", dirname(path), "--", basename(path)];
  const child = spawn(tar, words, { stdio: ["ignore", "pipe", "inherit"] });
  child.on("close", (code) => {
    if (code !== 0) child.stdout.destroy(new UserError(`${path} cannot be sent: tar ended with ${code}`, 1));
  });
  return child.stdout;
}

function run(guest: Guest, verb: string, more: readonly string[]): Promise<string[]> {
  return runOnHost(guest.host, wordsOf(guest, verb, more));
}

function wordsOf({ folder, name, owner }: Guest, verb: string, more: readonly string[]): string[] {
  return [verb, folder, name, owner, ...more];
}

/** On standard error: what the commands print on standard output is for Terraform. */
function log({ name, host }: Guest, text: string): void {
  process.stderr.write(`guest ${name} on ${host.address} ${text}\n`);
}
