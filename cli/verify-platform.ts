import { type Verification, verifyArtefact } from "../platforms/verify";
import { type Cell, textTable } from "../util/text-table";
import { UserError } from "../util/user-error";
import { printJson } from "./command";

/**
 * Checks files against a platform's rules and prints what each breaks. Gives the exit code: 1 for a broken rule.
 * @throws UserError without a file, on an unknown platform, and on a file that cannot be read
 */
export async function verifyForPlatform(platform: string, files: readonly string[], json: boolean): Promise<number> {
  if (files.length === 0) throw new UserError(`no file named: write os-images verify --platform ${platform} FILE`);
  const results: { readonly file: string; readonly verification: Verification }[] = [];
  for (const file of files) results.push({ file, verification: await verifyArtefact(platform, file) });
  if (json) printJson(results.map(({ file, verification }) => ({ file, platform, ...verification })));
  else process.stdout.write(textTable(["file", "format", "verdict"], results.flatMap(toRows)));
  return results.some(({ verification }) => verification.broken.length > 0) ? 1 : 0;
}

function toRows({
  file,
  verification: { format, rules, broken },
}: {
  readonly file: string;
  readonly verification: Verification;
}): (Cell | string)[][] {
  if (broken.length === 0) return [[file, format, { text: `keeps all ${rules} rules`, colour: "green" }]];
  return broken.map(({ code, message }) => [file, format, { text: `${code}: ${message}`, colour: "red" }]);
}
