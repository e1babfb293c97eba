import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Dialect } from "../../recipe/release";
import { requireTool } from "../../host/find";
import { UserError } from "../../util/user-error";
import type { ParsedKickstart } from "./parsed";

/** The program that parses: own code around pykickstart, the parser that Anaconda uses. It lies beside this file. */
export const PARSER = join(__dirname, "parser.py");

/** An interpreter that can import pykickstart, and that one's version. */
export interface Python {
  readonly path: string;
  readonly pykickstart: string;
}

/** @throws UserError with exit code 3 that says what to run */
export function findPython(): Python {
  const { path, version } = requireTool("python");
  return { path, pykickstart: version ?? "unknown" };
}

/** A kickstart to be parsed: `path` names it in messages, and relative includes are looked for beside it. */
export interface ParseRequest {
  readonly path: string;
  readonly text: string;
  readonly dialect: Dialect;
}

/** Seconds of start-up, and seconds for each MiB: several times what was measured, so that only a hang exceeds them. */
const START_SECONDS = 60;
const SECONDS_PER_MIB = 60;

/**
 * Parses kickstarts, all in one Python process, and waits for it: some 0.2 s, and 10 ms for each file. `python` is an
 * interpreter that can import pykickstart.
 * @throws UserError if pykickstart does not know the dialect, or the process fails or takes too long
 */
export function parseKickstarts(requests: readonly ParseRequest[], python: string): ParsedKickstart[] {
  if (requests.length === 0) return [];
  const files = requests.map(({ path, text, dialect }) => ({ path, text, version: syntaxName(dialect) }));
  const input = JSON.stringify({ files });
  const run = spawnSync(python, ["-B", PARSER], {
    input,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C.UTF-8", PYTHONUTF8: "1", LANGUAGE: "" },
    maxBuffer: 1024 * 1024 * 1024,
    timeout: 1000 * (START_SECONDS + Math.ceil((input.length / 1024 / 1024) * SECONDS_PER_MIB)),
    killSignal: "SIGKILL",
  });
  if (run.status !== 0) throw new UserError(`pykickstart did not finish: ${reason(run)}`, 1);
  const answers = (JSON.parse(run.stdout) as { files: (ParsedKickstart | { unknownVersion: string })[] }).files;
  return answers.map((answer, index) => {
    if (!("unknownVersion" in answer)) return answer;
    const { dialect, path } = requests[index] ?? { dialect: "?", path: "?" };
    throw new UserError(
      `${path}: this pykickstart does not know ${dialect}: take another release, or a newer pykickstart`,
    );
  });
}

/** pykickstart's name of a dialect: "rhel9" is RHEL9 and "fedora44" is F44. */
export function syntaxName(dialect: Dialect): string {
  return dialect.startsWith("fedora") ? dialect.replace("fedora", "F") : dialect.toUpperCase();
}

function reason({ error, stderr, signal }: ReturnType<typeof spawnSync>): string {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ETIMEDOUT") return "it took too long; take out files until it goes through to find the one";
  if (code === "ENOENT") return "the Python interpreter is gone: run `npx os-images setup`";
  const lastLine = String(stderr ?? "")
    .trim()
    .split("\n")
    .pop();
  return lastLine || (error?.message ?? `ended by ${signal ?? "an unknown cause"}`);
}
