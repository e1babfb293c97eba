import { Command, CommanderError } from "commander";
import { printable } from "../util/lines";
import { UserError } from "../util/user-error";
import { addBuild } from "./build";
import { addCheckpoints } from "./checkpoints";
import { packageJson, quitOnClosedPipe } from "./command";
import { addConvert } from "./convert";
import { addDeploy } from "./deploy";
import { addDiff } from "./diff";
import { addDoctor } from "./doctor";
import { addEnv } from "./env";
import { addBoxes } from "./boxes";
import { addExport } from "./export";
import { addGc } from "./gc";
import { addInit } from "./init";
import { addLock } from "./lock";
import { addLog } from "./log";
import { addLs } from "./ls";
import { asHostError } from "../host/file-error";
import { addPin } from "./pin";
import { addPlan } from "./plan";
import { addPush } from "./push";
import { addReview } from "./review";
import { addSetup } from "./setup";
import { addShow } from "./show";
import { addValidate } from "./validate";
import { addVerify } from "./verify";
import { addWhy } from "./why";

const COMMANDS = [
  addInit,
  addDoctor,
  addSetup,
  addDeploy,
  addEnv,
  addPlan,
  addReview,
  addValidate,
  addConvert,
  addLock,
  addBuild,
  addLs,
  addShow,
  addWhy,
  addDiff,
  addLog,
  addVerify,
  addExport,
  addBoxes,
  addCheckpoints,
  addGc,
  addPin,
  addPush,
] as const;

/** The command line over kickstart files and over the store. */
async function main(words: readonly string[]): Promise<number> {
  const program = new Command("os-images")
    .description("Machine images as code: kickstart files, their checks, and the store of built images.")
    .version(packageJson().version)
    .exitOverride()
    .showHelpAfterError("(add --help for the options)");
  for (const add of COMMANDS) add(program);
  try {
    await program.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const reason = asHostError(error, process.cwd());
    if (!(reason instanceof UserError)) throw error;
    process.stderr.write(`error: ${reason.message.split("\n").map(printable).join("\n")}\n`);
    return reason.exitCode;
  }
}

process.stdout.on("error", quitOnClosedPipe);
void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
