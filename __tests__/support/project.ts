import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { findTool } from "../../host/find";
import { sha256 } from "../../util/digest";
import type { FixtureProps } from "./fixture-app";
import { temporaryFolder } from "./temporary";

/** A resource's change in Terraform's JSON plan. */
export interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly change: {
    readonly actions: readonly string[];
    readonly after: Readonly<Record<string, unknown>> | null;
    readonly after_unknown: Readonly<Record<string, unknown>>;
  };
}

/** Terraform's JSON plan, as far as tests look into it. */
export interface Plan {
  readonly resource_changes: readonly PlannedChange[];
  readonly output_changes: Readonly<
    Record<string, { readonly actions: readonly string[]; readonly after?: unknown; readonly after_unknown?: unknown }>
  >;
  readonly planned_values: {
    readonly root_module: {
      readonly resources: readonly { readonly type: string; readonly values: Readonly<Record<string, string>> }[];
    };
  };
}

/** A project folder of its own with the fixture app in it, driven by real Terraform. */
export class Project {
  constructor(
    readonly folder = temporaryFolder("project"),
    private readonly state = temporaryFolder("state"),
  ) {}

  /** A second checkout that shares this one's state. */
  otherCheckout(): Project {
    return new Project(undefined, this.state);
  }

  /** Kickstarts are checked only if `env` says so: most tests need none that would install. */
  synth(props: FixtureProps, env: NodeJS.ProcessEnv = { OS_IMAGES_NO_VALIDATE: "1" }): void {
    const fixture = resolve(__dirname, "fixture-app.ts");
    mkdirSync(this.folder, { recursive: true });
    const input = JSON.stringify({ ...props, state: this.state });
    this.run(process.execPath, ["--require", require.resolve("tsx/cjs"), fixture, input], this.folder, env);
  }

  plan(stack: string, env: NodeJS.ProcessEnv = {}): Plan {
    this.terraform(stack, ["init", "-input=false", "-no-color"]);
    this.terraform(stack, ["plan", "-input=false", "-no-color", "-out=plan"], env);
    return JSON.parse(this.terraform(stack, ["show", "-json", "plan"])) as Plan;
  }

  apply(stack: string): string {
    this.terraform(stack, ["init", "-input=false", "-no-color"]);
    return this.terraform(stack, ["apply", "-input=false", "-no-color", "-auto-approve"]);
  }

  destroy(stack: string): string {
    return this.terraform(stack, ["destroy", "-input=false", "-no-color", "-auto-approve"]);
  }

  terraform(stack: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): string {
    const terraform = findTool("terraform")?.path ?? "terraform";
    return this.run(terraform, words, join(this.folder, "cdktf.out", "stacks", stack), env);
  }

  private run(command: string, words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string {
    const result = spawnSync(command, words, {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        ...toolEnvironment(),
        CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: "fixture" }),
        ...env,
      },
    });
    if (result.status === 0) return result.stdout;
    throw new Error(`${command} ${words.join(" ")} ended with ${result.status}\n${result.stdout}\n${result.stderr}`);
  }
}

/**
 * Puts an image into a store as a build would have left it, for the request that a plan shows: a fresh state then finds
 * it, and nothing is built. Its disk is a few bytes unless another one is given. Of several images, `image` names one.
 */
export function placeImage(
  plan: Plan,
  store: string,
  project: Pick<Project, "folder">,
  stack: string,
  content?: Buffer,
  image = "",
): void {
  const file = plan.planned_values.root_module.resources.find(
    ({ type, values }) =>
      type === "local_file" && values["filename"]?.endsWith("/build.json") && values["filename"].includes(`/${image}`),
  );
  const request = JSON.parse(file?.values["content"] ?? "{}") as {
    name: string;
    fingerprint: string;
    medium: { url: string } | { name: string };
    recipe: {
      format: string;
      isoChecksum: string;
      base: string;
      recipeVersion: number;
      revision: string;
      firmware: string;
      diskMiB: number;
    };
  };
  const { name, fingerprint, recipe, medium } = request;
  const folder = join(resolve(project.folder, store), name, fingerprint.slice(0, 12));
  const disk = content ?? Buffer.from(`disk of ${fingerprint} for ${stack}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.${recipe.format}`), disk);
  writeFileSync(
    join(folder, "manifest.json"),
    JSON.stringify({
      manifestVersion: 1,
      name,
      fingerprint,
      recipeVersion: recipe.recipeVersion,
      revision: recipe.revision,
      createdAt: "2026-11-01T00:00:00.000Z",
      firmware: recipe.firmware,
      disk: {
        file: `${name}.${recipe.format}`,
        format: recipe.format,
        sizeBytes: disk.length,
        virtualSizeBytes: recipe.diskMiB * 1024 * 1024,
        sha256: sha256(disk),
      },
      source: {
        release: "demo",
        ...("url" in medium
          ? { iso: medium.url, isoChecksum: recipe.isoChecksum }
          : { base: { name: medium.name, fingerprint: recipe.base, sha256: "" } }),
      },
      build: { seconds: 1, accelerator: "tcg", phases: [], tools: {} },
    }),
  );
}
