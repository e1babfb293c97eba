import { UserError } from "../../util/user-error";
import { Progress } from "../../util/progress";
import { ensureMedium } from "./medium";

/**
 * Makes the demo installer's medium unless it is there, and prints where it is: `tsx setup/demo-installer/build.ts
 * [--renew] [--python]`. `--renew` makes it anew from the packages that Debian offers today; `--python` is for the medium
 * whose system has Python.
 */
async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const unknown = given.filter((argument) => argument !== "--renew" && argument !== "--python");
  if (unknown.length > 0) throw new UserError(`unknown argument "${unknown[0]}"; write nothing, --renew or --python`);
  const renew = given.includes("--renew");
  const python = given.includes("--python");
  await new Progress().step("demo installer", async (onStep) => {
    const medium = await ensureMedium({ renew, python, onStep });
    return `${medium.iso}, ${medium.sizeBytes >> 20} MiB, sha256:${medium.sha256}`;
  });
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
});
