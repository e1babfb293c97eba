import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../util/user-error";
import { runScript } from "../util/run-script";

/** What the builder says of a medium that cannot be had from here. */
const OUT_OF_REACH = /the installer's medium cannot be fetched: .*/;

/**
 * `npm run e2e -- STACK...`: builds images from their vendors' real media. A medium that cannot be fetched is no failure of
 * the image: it is "not run", with the reason.
 */
runScript(async () => {
  const stacks = process.argv.slice(2);
  if (stacks.length === 0) throw new UserError("no stack named: write `npm run e2e -- rocky9` or `centos7`");
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const stack of stacks) {
    const { code, output } = await deployed(stack);
    const [reason] = OUT_OF_REACH.exec(output.replace(/\n[ │]*/g, " ")) ?? [];
    const verdict = code === 0 && hasImage(stack) ? "passed" : reason === undefined ? "failed" : "skipped";
    count[verdict]++;
    process.stdout.write(`${stack}: ${verdict === "skipped" ? `not run: ${reason}` : verdict}\n`);
  }
  process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  return count.failed === 0 ? 0 : 1;
});

function deployed(stack: string): Promise<{ code: number; output: string }> {
  const words = [
    "--require",
    require.resolve("tsx/cjs"),
    join(__dirname, "..", "cli", "deploy.ts"),
    stack,
    "--auto-approve",
  ];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const [stream, sink] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream.on("data", (data: Buffer) => {
      output += data.toString();
      sink.write(data);
    });
  }
  return new Promise((resolve) => child.on("close", (code) => resolve({ code: code ?? 1, output })));
}

function hasImage(stack: string): boolean {
  const folder = join("images", stack);
  return existsSync(folder) && readdirSync(folder).some((entry) => existsSync(join(folder, entry, "manifest.json")));
}
