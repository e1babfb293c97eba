import type { Command } from "commander";
import { toolEnvironment } from "../host/environment";
import { requireTool } from "../host/find";
import { SHORT_DIGITS } from "../recipe/fingerprint";
import { readRemote } from "../remote/manifest";
import { openRemote } from "../remote/open";
import { RemoteError } from "../remote/remote";
import { remoteSettings } from "../remote/settings";
import { type ReviewedImage, reviewImage } from "../review/compare";
import { type PlannedImage, plannedImages } from "../review/planned";
import { printable } from "../util/lines";
import { textTable } from "../util/text-table";
import { addCommand, type CommandOptions, printJson } from "./command";
import { synthesize } from "./deploy/app";

const DETAILS = `
Synthesizes the app of this folder (cdktf.json), and looks each image up in its store and in its remote. Nothing is built or
fetched. "stacks" of the JSON form names the stacks whose deploy builds something: one job of a pipeline for each.`;

/** Longest value that is shown of a changed property, in characters. */
const LONGEST_VALUE = 60;

interface PlanOptions extends CommandOptions {
  readonly markdown?: true;
}

/** What a deploy would do about an image. */
interface Planned {
  readonly stack: string;
  readonly name: string;
  /** 64 hex digits; null if only a plan of the whole stack can compute it. */
  readonly fingerprint: string | null;
  readonly local: ReviewedImage["state"];
  /** "none": the image has no remote, or it need not be asked; "failed": it could not be asked. */
  readonly remote: "there" | "missing" | "failed" | "none";
  /** "unknown": only a plan of the whole stack can tell. */
  readonly deploy: "nothing" | "fetch" | "build" | "unknown";
  readonly why: readonly string[];
}

/** Adds `os-images plan`: which images a deploy would build or fetch, and why. For people and for pipelines. */
export function addPlan(program: Command): void {
  addCommand(program, "plan", "List which images a deploy would build or fetch, and why.")
    .option("--markdown", "print a table for the comment of a pull request")
    .addHelpText("after", DETAILS)
    .action(async ({ json, markdown }: PlanOptions) => {
      const stacks = synthesize({ ...process.env, ...toolEnvironment() });
      const planned = await plannedImages(stacks, requireTool("terraform").path);
      const images = await Promise.all(planned.map(planOf));
      if (json) printJson({ images, stacks: stacksToDeploy(images) });
      else if (images.length === 0) process.stdout.write("the app has no images\n");
      else process.stdout.write(markdown ? markdownOf(images) : tableOf(images));
    });
}

function stacksToDeploy(images: readonly Planned[]): string[] {
  const changing = images.filter(({ deploy }) => deploy === "build" || deploy === "unknown");
  return [...new Set(changing.map(({ stack }) => stack))];
}

async function planOf(planned: PlannedImage): Promise<Planned> {
  const reviewed = reviewImage(planned);
  const { stack, name, fingerprint } = planned;
  const about = { stack, name, fingerprint: fingerprint ?? null, local: reviewed.state };
  if (fingerprint === undefined) {
    return { ...about, remote: "none", deploy: "unknown", why: ["its fingerprint is known in Terraform's plan alone"] };
  }
  if (reviewed.state === "built") return { ...about, remote: "none", deploy: "nothing", why: [] };
  const { remote, reason } = await lookUp(planned, fingerprint);
  if (remote === "there") return { ...about, remote, deploy: "fetch", why: [] };
  const because = [...reasonsOf(reviewed), ...(reason === undefined ? [] : [reason])];
  return { ...about, remote, deploy: "build", why: because.map(printable) };
}

async function lookUp(
  { name, request }: PlannedImage,
  fingerprint: string,
): Promise<{ readonly remote: Planned["remote"]; readonly reason?: string }> {
  const settings = remoteSettings(request?.settings);
  if (settings === undefined) return { remote: "none" };
  try {
    const remote = await openRemote(settings.address, { signal: new AbortController().signal });
    const image = await readRemote(remote, { name, shortFingerprint: fingerprint.slice(0, SHORT_DIGITS) });
    return { remote: image === undefined ? "missing" : "there" };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    return { remote: "failed", reason: error.message };
  }
}

function reasonsOf({ state, reason, before, values, texts }: ReviewedImage): string[] {
  if (state === "damaged" || state === "foreign") return [`the one in the store is ${state}: ${reason ?? ""}`];
  if (before === undefined) return ["the store has no image of this name"];
  const reasons = [
    ...values.map((change) => `${change.property}: ${short(change.before)} -> ${short(change.after)}`),
    ...texts.map(({ file }) => `${file} differs`),
  ];
  return reasons.length > 0 ? reasons : [`the store has ${before.paths.shortFingerprint}, made of another recipe`];
}

function short(value: string): string {
  const cut = value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}...` : value;
  return cut === "" ? "(none)" : cut;
}

const HEADING = ["image", "stack", "fingerprint", "store", "remote", "deploy", "why"];

function rowsOf(images: readonly Planned[]): string[][] {
  return images.map(({ name, stack, fingerprint, local, remote, deploy, why }) => {
    const digits = fingerprint?.slice(0, SHORT_DIGITS) ?? "-";
    return [name, stack, digits, local, remote === "none" ? "-" : remote, deploy, why[0] ?? ""];
  });
}

function tableOf(images: readonly Planned[]): string {
  const rows = rowsOf(images).flatMap((row, index) => [
    row,
    ...(images[index]?.why.slice(1) ?? []).map((line) => ["", "", "", "", "", "", line]),
  ]);
  return textTable(HEADING, rows);
}

function markdownOf(images: readonly Planned[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
  const rows = rowsOf(images).map((row, index) => [...row.slice(0, -1), (images[index]?.why ?? []).join("; ")]);
  return [HEADING, HEADING.map(() => "---"), ...rows.map((row) => row.map(escaped))].map(line).join("");
}

/** A text that a table's cell shows as it is. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|~#]/g, (character) => `\\${character}`);
}
