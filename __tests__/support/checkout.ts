import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { findTool } from "../../host/find";
import { temporaryFolder } from "./temporary";

const ROOT = resolve(__dirname, "..", "..");

/** A fresh checkout of this project, with this one's node packages, in which nothing was deployed yet. */
export class Checkout {
  readonly folder = temporaryFolder("checkout");
  private readonly shims = temporaryFolder("shims");

  constructor() {
    const { stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    for (const file of stdout.split("\0").filter((name) => name !== "" && existsSync(join(ROOT, name)))) {
      mkdirSync(dirname(join(this.folder, file)), { recursive: true });
      cpSync(join(ROOT, file), join(this.folder, file));
    }
    symlinkSync(join(ROOT, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Runs a script of the project's, as its npm scripts do. */
  script(file: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    return this.run(
      process.execPath,
      ["--require", require.resolve("tsx/cjs"), join(this.folder, file), ...words],
      env,
    );
  }

  run(
    command: string,
    words: readonly string[],
    env: NodeJS.ProcessEnv = {},
    cwd = this.folder,
  ): SpawnSyncReturns<string> {
    return spawnSync(command, words, {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: { ...process.env, ...toolEnvironment(), ...env },
    });
  }

  /** An environment in which every start of these tools is noted, and then done. */
  noting(...tools: string[]): { readonly env: NodeJS.ProcessEnv; readonly started: () => string[] } {
    const log = join(this.shims, "started");
    writeFileSync(log, "");
    for (const tool of tools) {
      const shim = join(this.shims, tool);
      writeFileSync(shim, `#!/bin/sh\necho ${tool} "$@" >> ${log}\nexec ${findTool(tool)?.path ?? "false"} "$@"\n`);
      chmodSync(shim, 0o755);
    }
    return {
      env: { PATH: [this.shims, toolEnvironment()["PATH"]].join(delimiter) },
      started: () => readFileSync(log, "utf8").split("\n").filter(Boolean),
    };
  }
}
