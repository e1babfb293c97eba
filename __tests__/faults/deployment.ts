import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { findTool } from "../../host/find";
import type { FaultsAppProps } from "./app";
import { temporaryFolder } from "../support/temporary";

const ROOT = resolve(__dirname, "..", "..");

/** The app's stacks. */
export const STACKS = ["tiny", "login", "keeper"] as const;
export type Stack = (typeof STACKS)[number];

/** How a deploy is started: as a user does, or as CI does, or by hand under a shell that stays. */
export type Way = "deploy" | "cdktf" | "terraform" | "shell";

/** Where a builder is to stop: see pause.js. */
export interface Pause {
  readonly phase?: string;
  readonly call?: number;
  readonly count?: true;
  readonly file: string;
}

/** A deploy under way. */
export interface Deploy {
  readonly root: number;
  readonly ended: Promise<number | null>;
  readonly output: () => string;
  /** Everything of the deploy's own that should be gone at its end lies here. */
  readonly temporary: string;
}

/** A project with the app of app.ts, synthesized from a checkout, with states of its own and a store that others share. */
export class Deployment {
  private readonly folder = temporaryFolder("deployment");
  private readonly temporary = temporaryFolder("deployment-tmp");

  constructor(
    private readonly props: FaultsAppProps,
    checkout = ROOT,
  ) {
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
    const script = join(checkout, "__tests__", "faults", "app.ts");
    const app = `node --import ${require.resolve("tsx")} ${script} '${JSON.stringify(props)}'`;
    writeFileSync(join(this.folder, "cdktf.json"), JSON.stringify({ language: "typescript", app }));
    this.run("/bin/sh", ["-c", app], this.folder);
    for (const stack of STACKS) {
      this.run(terraform(), ["init", "-input=false", "-no-color"], this.stackFolder(stack));
    }
  }

  get store(): string {
    return this.props.store;
  }

  /** The folder of a stack's image. */
  image(stack: Stack): string {
    const name = join(this.store, stack);
    const digits = existsSync(name) ? readdirSync(name).find((entry) => /^[0-9a-f]{12}$/.test(entry)) : undefined;
    return join(name, digits ?? "none");
  }

  start(stack: Stack, way: Way, pause?: Pause): Deploy {
    const [command, words, cwd] = this.commandOf(stack, way);
    const child = spawn(command, words, {
      cwd,
      env: {
        ...this.environment(),
        ...(pause && {
          NODE_OPTIONS: `--require ${join(__dirname, "pause.js")}`,
          OS_IMAGES_PAUSE: JSON.stringify(pause),
        }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
    return {
      root: child.pid ?? 0,
      ended: new Promise((done) => child.once("close", (code) => done(code))),
      output: () => output,
      temporary: this.temporary,
    };
  }

  /** Forgets a stack's image and state, so that the next deploy builds it. */
  reset(stack: Stack): void {
    rmSync(join(this.store, stack), { recursive: true, force: true });
    for (const file of [`terraform.${stack}.tfstate`, `terraform.${stack}.tfstate.backup`]) {
      rmSync(join(this.folder, file), { force: true });
    }
  }

  private commandOf(stack: Stack, way: Way): [string, string[], string] {
    const folder = this.stackFolder(stack);
    if (way === "terraform") {
      return [terraform(), ["apply", "-input=false", "-no-color", "-auto-approve"], folder];
    }
    if (way === "deploy") {
      return [process.execPath, [join(ROOT, "bin", "os-images.js"), "deploy", "--auto-approve", stack], this.folder];
    }
    if (way === "cdktf") {
      const words = ["deploy", "--skip-synth", "--skip-provider-lock", "--auto-approve", stack];
      return [process.execPath, [join(this.folder, "node_modules", ".bin", "cdktf"), ...words], this.folder];
    }
    return ["/bin/sh", ["-c", `${this.builderCommand(stack)}; exit $?`], folder];
  }

  /** The command that Terraform would run, out of the stack's configuration; its request is written first. */
  private builderCommand(stack: Stack): string {
    const folder = this.stackFolder(stack);
    const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
      resource: {
        local_file: Record<string, { filename: string; content: string }>;
        null_resource: Record<string, { provisioner?: [{ "local-exec": { command: string } }] }>;
      };
    };
    const build = Object.values(json.resource.null_resource).find(({ provisioner }) => provisioner !== undefined);
    const targets = Object.keys(json.resource.local_file).map((name) => `-target=local_file.${name}`);
    this.run(terraform(), ["apply", "-input=false", "-no-color", "-auto-approve", ...targets], folder);
    // Its request's path has the workspace in it, which Terraform alone knows.
    const requests = join(this.image(stack), "requests");
    const request = join(requests, readdirSync(requests)[0] ?? "", "build.json");
    return `export OS_IMAGES_REQUEST='${request}'; ${build?.provisioner?.[0]["local-exec"].command ?? "false"}`;
  }

  private stackFolder(stack: Stack): string {
    return join(this.folder, "cdktf.out", "stacks", stack);
  }

  private environment(): NodeJS.ProcessEnv {
    mkdirSync(this.temporary, { recursive: true });
    return {
      ...process.env,
      ...toolEnvironment(),
      CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: this.folder }),
      CI: "true",
      NO_COLOR: "1",
      FORCE_COLOR: "0",
      TMPDIR: this.temporary,
      OS_IMAGES_NO_VALIDATE: "1",
      OS_IMAGES_SLOTS: "16",
    };
  }

  private run(command: string, words: readonly string[], cwd: string): void {
    const result = spawnSync(command, words, { cwd, encoding: "utf8", maxBuffer: 1 << 28, env: this.environment() });
    if (result.status !== 0)
      throw new Error(`${command} ended with ${result.status}\n${result.stdout}${result.stderr}`);
  }
}

function terraform(): string {
  return findTool("terraform")?.path ?? "terraform";
}
