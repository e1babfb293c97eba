import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Checkout } from "../../__tests__/support/checkout";
import { descendants } from "../../__tests__/support/process-tree";
import { placeImage, Project } from "../../__tests__/support/project";
import { temporaryFolder } from "../../__tests__/support/temporary";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { inRounds, timed, type Command } from "../measure";
import { fileContents } from "../resources";
import { comparison, type Row } from "../row";

const ROOT = join(__dirname, "..", "..");

/** How often the processes of a deploy are looked at, in milliseconds; the shortest of those looked for runs for 150. */
const LOOK_MS = 30;

/** What a deploy with nothing to do must not start. */
const WORKERS = /(?:^|\/)(?:packer|qemu-\S+|python[\d.]*)(?: |$)/;

/** Words that apply without a question. */
export const APPLY = ["apply", "-input=false", "-no-color", "-auto-approve"];

/** Deploys with nothing to do. */
export async function deployRows(rounds: number): Promise<Row[]> {
  const checkout = await deployedCheckout();
  const byHand = await appliedByHand();
  const bare = await deployedBareApp();
  const seen = new Set<string>();
  const wall = (command: Command) => async (): Promise<number> => (await timed(inTools(command))).seconds;
  const stack = join(checkout, "cdktf.out", "stacks", "demo");
  const results = await inRounds(
    {
      "apply, ours": wall(terraform(stack, APPLY)),
      "apply, by hand": wall(terraform(byHand, APPLY)),
      "deploy, ours": watched(wall(npm(checkout, "deploy", "--", "demo", "--auto-approve")), seen),
      "deploy, bare": wall(npm(bare, "deploy")),
    },
    rounds,
  );
  return [
    comparison(
      "`terraform apply` with nothing to do",
      results["apply, ours"],
      "hand-written HCL with the same resources",
      results["apply, by hand"],
      1.1,
    ),
    comparison(
      "`npm run deploy` with nothing to do",
      results["deploy, ours"],
      "a bare cdktf app with the same resources",
      results["deploy, bare"],
      1.1,
    ),
    {
      what: "what a deploy with nothing to do starts",
      against: "packer, qemu, python",
      result: seen.size === 0 ? "none of them" : [...seen].join("; "),
      target: "none of them",
      met: seen.size === 0,
    },
  ];
}

/** Notes which workers this process's descendants are while something runs. */
function watched(work: () => Promise<number>, seen: Set<string>): () => Promise<number> {
  return async () => {
    const look = setInterval(() => {
      for (const { commandLine } of descendants(process.pid)) if (WORKERS.test(commandLine)) seen.add(commandLine);
    }, LOOK_MS);
    try {
      return await work();
    } finally {
      clearInterval(look);
    }
  };
}

/** A checkout of this project whose demo image was deployed; the image itself is a few bytes. */
export async function deployedCheckout(): Promise<string> {
  const { folder } = new Checkout();
  const env = { CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: "bench" }) };
  await timed({ program: process.execPath, words: ["--require", "tsx/cjs", "main.ts"], cwd: folder, env });
  const project = new Project(folder);
  placeImage(project.plan("demo"), "images", project, "demo");
  await timed(inTools(npm(folder, "deploy", "--", "demo", "--auto-approve")));
  return folder;
}

/** A folder with hand-written HCL for one image, applied. */
export async function appliedByHand(): Promise<string> {
  const folder = temporaryFolder("by-hand");
  cpSync(join(__dirname, "by-hand"), folder, { recursive: true });
  const contents = await fileContents();
  contents.slice(0, 4).forEach((content, index) => writeFileSync(join(folder, `file-${index}`), content));
  for (const words of [["init", "-input=false", "-no-color"], APPLY]) await timed(inTools(terraform(folder, words)));
  return folder;
}

async function deployedBareApp(): Promise<string> {
  const folder = temporaryFolder("bare");
  const app = `node --require tsx/cjs bare-app.ts spec.json 1 ${join(folder, "bare.tfstate")}`;
  cpSync(join(__dirname, "..", "bare-app.ts"), join(folder, "bare-app.ts"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "spec.json"), JSON.stringify(await fileContents()));
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "bare" }));
  const deploy = "cdktf deploy --auto-approve --skip-provider-lock bare";
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bare", private: true, scripts: { deploy } }));
  await timed(inTools(npm(folder, "deploy")));
  return folder;
}

function npm(cwd: string, ...words: string[]): Command {
  return { program: "npm", words: ["run", "--silent", ...words], cwd };
}

export function terraform(cwd: string, words: readonly string[]): Command {
  return { program: requireTool("terraform").path, words, cwd };
}

/** With the tools that set-up made, and no terminal. */
export function inTools(command: Command): Command {
  return { ...command, env: { ...toolEnvironment(), CI: "true" } };
}
