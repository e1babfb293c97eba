import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Checkout } from "../../__tests__/support/checkout";
import { descendants } from "../../__tests__/support/process-tree";
import { placeImage, Project } from "../../__tests__/support/project";
import { toolEnvironment } from "../../tools/environment";
import { requireTool } from "../../tools/find";
import { inRounds, timed, type Command } from "../measure";
import { fileContents } from "../resources";
import { comparison, type Row } from "../row";

const ROOT = join(__dirname, "..", "..");

/** How often the processes of a deploy are looked at, in milliseconds; the shortest of those looked for runs for 150. */
const LOOK_MS = 30;

/** What a deploy with nothing to do must not start. */
const WORKERS = /(?:^|\/)(?:packer|qemu-\S+|python[\d.]*)(?: |$)/;

const APPLY = ["apply", "-input=false", "-no-color", "-auto-approve"];

/** Deploys with nothing to do. */
export async function deployRows(rounds: number): Promise<Row[]> {
  const checkout = deployedCheckout();
  const byHand = appliedByHand();
  const bare = deployedBareApp();
  const terraform = requireTool("terraform").path;
  const npm = (cwd: string, ...words: string[]): Command => ({
    program: "npm",
    words: ["run", "--silent", ...words],
    cwd,
  });
  const seen = new Set<string>();
  const wall = (command: Command) => async (): Promise<number> =>
    (await timed({ ...command, env: { ...toolEnvironment(), CI: "true" } })).seconds;
  try {
    const stack = join(checkout, "cdktf.out", "stacks", "demo");
    const results = await inRounds(
      {
        "apply, ours": wall({ program: terraform, words: APPLY, cwd: stack }),
        "apply, by hand": wall({ program: terraform, words: APPLY, cwd: byHand }),
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
        reach: "none of them",
        reached: seen.size === 0,
      },
    ];
  } finally {
    for (const folder of [checkout, byHand, bare]) rmSync(folder, { recursive: true });
  }
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
function deployedCheckout(): string {
  const checkout = new Checkout();
  const env = { CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: "bench" }) };
  const synth = checkout.script("main.ts", [], env);
  if (synth.status !== 0) throw new Error(synth.stderr);
  const project = new Project(checkout.folder);
  placeImage(project.plan("demo"), "images", project, "demo");
  const deploy = checkout.run("npm", ["run", "--silent", "deploy", "--", "demo", "--auto-approve"], { CI: "true" });
  if (deploy.status !== 0) throw new Error(`${deploy.stdout}\n${deploy.stderr}`);
  return checkout.folder;
}

function appliedByHand(): string {
  const folder = mkdtempSync(join(tmpdir(), "os-images-by-hand-"));
  cpSync(join(__dirname, "by-hand"), folder, { recursive: true });
  fileContents()
    .slice(0, 4)
    .forEach((content, index) => writeFileSync(join(folder, `file-${index}`), content));
  const checkout = new Checkout();
  const terraform = requireTool("terraform").path;
  for (const words of [["init", "-input=false", "-no-color"], APPLY]) {
    const { status, stdout, stderr } = checkout.run(terraform, words, {}, folder);
    if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  }
  rmSync(checkout.folder, { recursive: true });
  return folder;
}

function deployedBareApp(): string {
  const folder = mkdtempSync(join(tmpdir(), "os-images-bare-"));
  const app = `node --require tsx/cjs bare-app.ts spec.json 1 ${join(folder, "bare.tfstate")}`;
  cpSync(join(__dirname, "..", "bare-app.ts"), join(folder, "bare-app.ts"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "spec.json"), JSON.stringify(fileContents()));
  writeFileSync(join(folder, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "bare" }));
  const deploy = "cdktf deploy --auto-approve --skip-provider-lock bare";
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "bare", private: true, scripts: { deploy } }));
  const checkout = new Checkout();
  const { status, stdout, stderr } = checkout.run("npm", ["run", "--silent", "deploy"], { CI: "true" }, folder);
  rmSync(checkout.folder, { recursive: true });
  if (status !== 0) throw new Error(`${stdout}\n${stderr}`);
  return folder;
}
