import { ensureMedium } from "./medium";
import { UserError } from "../recipe/user-error";

/**
 * Makes the demo installer's medium unless it is there, and prints where it is: `tsx installer/build.ts [--renew]`.
 * `--renew` makes it anew from the packages that Debian offers today.
 */
async function main(): Promise<void> {
  const unknown = process.argv.slice(2).filter((argument) => argument !== "--renew");
  if (unknown.length > 0) throw new UserError(`unknown argument "${unknown[0]}"; write nothing or --renew`);
  const medium = await ensureMedium({ renew: process.argv.includes("--renew") });
  console.log(`${medium.iso} sha256:${medium.sha256} ${medium.sizeBytes} bytes`);
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
});
