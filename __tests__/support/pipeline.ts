import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { toolEnvironment } from "../../host/environment";
import { pipelineFor } from "../../cli/init/ci";
import { temporaryFolder } from "./temporary";
import { TINY, TINY_KICKSTART } from "./tiny-medium";

const ROOT = resolve(__dirname, "../..");

interface Step {
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly env?: Readonly<Record<string, string>> }>
  >;
}

/** Steps that set a runner up, or speak to GitHub: nothing here stands for them. */
const OF_THE_RUNNER = /^(npm ci|npx os-images setup|sudo chmod .*|gh pr comment .*)$/;

/** A fresh checkout of an app with two tiny images, on which the steps of GitHub's pipeline run as its runner runs them. */
export class PipelineCheckout {
  readonly folder = temporaryFolder("pipeline");

  constructor(medium: { readonly iso: string; readonly sha256: string }) {
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(join(this.folder, "main.ts"), appText(medium));
    const app = "node --require tsx/cjs main.ts";
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "team" }));
    const bin = join(this.folder, "bin");
    mkdirSync(bin);
    // The package is not installed in its own checkout.
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift\nexec node ${join(ROOT, "bin/os-images.js")} "$@"\n`);
    chmodSync(join(bin, "npx"), 0o755);
  }

  /** Runs the steps of a job; `output` is what they set for later jobs. Throws if one fails. */
  job(name: string, environment: NodeJS.ProcessEnv): { readonly text: string; readonly output: string } {
    const { jobs } = parse(pipelineFor("github").text) as Workflow;
    const job = jobs[name];
    if (job === undefined) throw new Error(`the pipeline has no job ${name}`);
    const files = { GITHUB_OUTPUT: join(this.folder, "output"), GITHUB_STEP_SUMMARY: join(this.folder, "summary") };
    let text = "";
    for (const { run, env } of job.steps) {
      if (run === undefined || OF_THE_RUNNER.test(run)) continue;
      const { status, stdout, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
        cwd: this.folder,
        encoding: "utf8",
        env: {
          ...process.env,
          ...toolEnvironment(),
          ...literal({ ...job.env, ...env }),
          ...files,
          // Nobody reads a tiny medium's kickstart.
          OS_IMAGES_NO_VALIDATE: "1",
          ...environment,
          PATH: `${join(this.folder, "bin")}:${process.env["PATH"]}`,
        },
      });
      text += stdout + stderr;
      if (status !== 0) throw new Error(`the step ended with ${status}: ${run}\n${text}`);
    }
    return { text, output: existsSync(files.GITHUB_OUTPUT) ? readFileSync(files.GITHUB_OUTPUT, "utf8") : "" };
  }
}

/** Values that GitHub need not compute. */
function literal(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !value.includes("${{")));
}

function appText({ iso, sha256 }: { readonly iso: string; readonly sha256: string }): string {
  return `import { App } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, Login } from ${JSON.stringify(join(ROOT, "index"))};
import { DEMO_INSTALLER } from ${JSON.stringify(join(ROOT, "kickstart/demo"))};

const app = new App();
for (const name of ["tiny", "keeper"]) {
  new ImageStack(app, name, {
    ...${JSON.stringify({ ...TINY, buildLogin: undefined })},
    buildLogin: Login.none(),
    release: DEMO_INSTALLER,
    medium: InstallMedium.iso({ url: ${JSON.stringify(iso)}, checksum: "sha256:${sha256}" }),
    kickstart: Kickstart.fromText(${JSON.stringify(TINY_KICKSTART)}),
  });
}
app.synth();
`;
}
