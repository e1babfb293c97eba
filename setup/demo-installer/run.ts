import { spawn } from "node:child_process";
import { UserError } from "../../util/user-error";
import { SOURCE_DATE_EPOCH } from "./inputs";

/**
 * Runs a program to its end and returns what it printed. Its environment is fixed where it could change the outcome.
 * UserError with exit code 1 and the last lines of its errors when it fails.
 */
export async function run(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const env = {
    ...process.env,
    LC_ALL: "C.UTF-8",
    TZ: "UTC",
    SOURCE_DATE_EPOCH: String(SOURCE_DATE_EPOCH),
    PYTHONHASHSEED: "0",
  };
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code === 0) return output;
  const last = errors.trim().split("\n").slice(-5).join("\n  ");
  throw new UserError(
    `the demo installer's medium could not be made: ${command} failed (exit code ${code}):\n  ${last}`,
    1,
  );
}
