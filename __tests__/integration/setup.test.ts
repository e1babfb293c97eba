import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, cachePaths } from "../../host/cache";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { temporaryFolder } from "../support/temporary";

const root = join(__dirname, "../..");
const tsx = join(root, "node_modules/.bin/tsx");
let folder: string;
let started: ChildProcess | undefined;

beforeAll(() => {
  const made = setup([]);
  if (made.status !== 0) throw new Error(`set-up failed: ${made.stderr}`);
}, 900_000);

beforeEach(() => {
  folder = temporaryFolder("setup");
});

afterEach(() => started?.kill("SIGKILL"));

function setup(args: string[], env: NodeJS.ProcessEnv = {}) {
  const start = Date.now();
  const options = { cwd: root, encoding: "utf8", env: { ...process.env, ...env } } as const;
  return { ...spawnSync(tsx, ["setup/main.ts", ...args], options), seconds: (Date.now() - start) / 1000 };
}

function emptyScriptSeconds(): number {
  const start = Date.now();
  spawnSync(tsx, ["-e", "0"], { cwd: root });
  return (Date.now() - start) / 1000;
}

/** A cache of its own with what the real one has, so that a test may write into it. */
function linkedCache(): void {
  const own = join(folder, "os-images");
  mkdirSync(join(own, "tools"), { recursive: true });
  for (const name of readdirSync(cacheDir()).filter((name) => name !== "tools")) {
    symlinkSync(join(cacheDir(), name), join(own, name));
  }
  for (const name of ["bin", "python", "packer-plugins", "providers"].filter((name) =>
    existsSync(join(cachePaths().tools, name)),
  )) {
    symlinkSync(join(cachePaths().tools, name), join(own, "tools", name));
  }
}

describe("set-up on a machine that is set up", () => {
  it("has nothing to do and takes under 2 s, of which tsx needs half a second to start", () => {
    const runs = [1, 2, 3].map(() => setup([]));
    for (const { stdout, status } of runs) {
      expect(stdout).toContain("nothing to do");
      expect(status).toBe(0);
    }
    // Against tsx's own start at the same time, as a busy machine slows down both.
    const start = Math.min(...[1, 2, 3].map(emptyScriptSeconds));
    expect(Math.min(...runs.map(({ seconds }) => seconds)) - start).toBeLessThan(1.5);
  }, 60_000);

  it("shows every tool with its path", () => {
    const { stdout, status } = setup(["--check"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^packer +\d+\.\d+\.\d+ +\/\S+$/m);
    expect(stdout).toMatch(/^pykickstart +3\.\d+ +\/\S+$/m);
    expect(stdout).toMatch(/^provider null +\S+ +\S+$/m);
    expect(stdout).not.toContain("missing");
  });

  it("gives tools and an environment that work", () => {
    const env = { ...process.env, ...toolEnvironment() };
    const providers = { local: { version: ">= 1.4.0" }, null: { version: ">= 2.1.2" } };
    writeFileSync(join(folder, "main.tf.json"), JSON.stringify({ terraform: { required_providers: providers } }));
    const options = { cwd: folder, env, encoding: "utf8" } as const;
    expect(spawnSync(requireTool("terraform").path, ["init", "-no-color"], options)).toMatchObject({ status: 0 });
    const plugins = spawnSync(requireTool("packer").path, ["plugins", "installed"], options);
    expect(plugins.stdout).toContain("packer-plugin-qemu");
    const python = spawnSync(requireTool("python").path, ["-c", "import pykickstart.parser"], options);
    expect(python).toMatchObject({ status: 0 });
  });

  it("says what is wrong with its arguments", () => {
    const { stderr, status } = setup(["--chek"]);
    expect(stderr).toMatch(/--chek.*write --check/);
    expect(status).toBe(2);
  });
});

describe("set-up on a machine without tools", () => {
  it("says with --check what is missing, changes nothing and exits with 3", () => {
    const { stdout, status } = setup(["--check"], { XDG_CACHE_HOME: folder });
    expect(stdout).toMatch(/^pykickstart +- +missing +npx os-images setup \(needs 3\.78 or newer\)$/m);
    expect(status).toBe(3);
    expect(existsSync(join(folder, "os-images/built"))).toBe(false);
  }, 60_000);

  it.each(["SIGINT", "SIGTERM"] as const)(
    "ends at once on %s, and leaves neither lock nor process",
    async (signal) => {
      const env = { ...process.env, XDG_CACHE_HOME: folder };
      // Started without tsx's own process between, which would pass the signal on.
      const child = spawn(process.execPath, ["--import", "tsx", "setup/main.ts"], { cwd: root, env });
      started = child;
      await once(child.stdout, "data");
      const lock = join(folder, "os-images/locks/setup");
      expect(existsSync(lock)).toBe(true);
      child.kill(signal);
      const [code] = (await once(child, "exit")) as [number];
      expect(code).toBe(130);
      expect(existsSync(lock)).toBe(false);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      expect(commandLinesWith(folder)).toEqual([]);
    },
    90_000,
  );
});

describe("a Terraform configuration of the user's that says where providers come from", () => {
  it("is used when it offers the providers, and otherwise set-up says what to add", () => {
    linkedCache();
    const config = join(folder, "user.tfrc");
    const env = { XDG_CACHE_HOME: folder, TF_CLI_CONFIG_FILE: config };
    mkdirSync(join(folder, "empty"));
    const empty = `  filesystem_mirror {\n    path = "${folder}/empty"\n  }\n`;
    writeFileSync(config, `provider_installation {\n${empty}}\n`);
    const refused = setup([], env);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain(config);
    const block = /^ {2}filesystem_mirror \{[\s\S]*?^ {2}\}$/m.exec(refused.stderr)?.[0];
    writeFileSync(config, `provider_installation {\n${empty}${block}\n}\n`);
    expect(setup([], env)).toMatchObject({ status: 0 });
    expect(setup(["--check"], env).stdout).toMatch(new RegExp(`^provider local +- +${config}$`, "m"));
  }, 120_000);
});

/** Command lines of the processes that have `text` in theirs (Linux; proc(5)). */
function commandLinesWith(text: string): string[] {
  const found = spawnSync("ps", ["-eo", "args"], { encoding: "utf8" }).stdout.split("\n");
  return found.filter((line) => line.includes(text));
}
