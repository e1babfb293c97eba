import { Option, type Command } from "commander";
import type { ImageContext } from "../kickstart/checks/context";
import type { Finding } from "../kickstart/checks/finding";
import { summary, toJson, toSarif, toText } from "../kickstart/checks/report";
import { CODES } from "../kickstart/checks/rules";
import { readSource, readStandardInput, SOURCE_CODES, type Source } from "../kickstart/checks/source";
import { validateKickstarts, type KickstartFile } from "../kickstart/checks/validate";
import { OsRelease } from "../recipe/release";
import { UserError } from "../util/user-error";
import { wholeNumber } from "./command";

interface Options {
  readonly release?: string;
  readonly diskInterface?: ImageContext["diskInterface"];
  readonly firmware?: ImageContext["firmware"];
  readonly memoryMib?: number;
  readonly diskMib?: number;
  readonly delivery?: ImageContext["delivery"];
  readonly login?: "buildKey" | "password" | "privateKey" | "none";
  readonly username?: string;
  readonly bootLine?: string;
  readonly ignore: readonly string[];
  readonly strict?: true;
  readonly json?: true;
  readonly sarif?: true;
}

/** Stands for standard input among the files. */
const STANDARD_INPUT = "-";

/**
 * Adds `os-images validate FILE...`. Exit code 0: no errors; 1: errors (with --strict: or warnings); 2: bad usage, or a
 * file that cannot be read as a kickstart; 3: no Python with pykickstart.
 */
export function addValidate(program: Command): void {
  program
    .command("validate")
    .description("Check kickstart files for a release, and for an image as far as options describe one.")
    .argument("<file...>", `kickstart files; ${STANDARD_INPUT} is standard input`)
    .option(
      "--release <id>",
      `${OsRelease.all()
        .map(({ id }) => id)
        .join(", ")} or fedora<number>; default: the file's #version= line`,
    )
    .addOption(
      choice("--disk-interface <bus>", "bus of the image's disk", ["virtio", "virtio-scsi", "sata", "ide", "nvme"]),
    )
    .addOption(choice("--firmware <kind>", "firmware of the image's machine", ["bios", "uefi"]))
    .option("--memory-mib <n>", "memory of the build's machine in MiB", wholeNumber(1))
    .option("--disk-mib <n>", "size of the image's disk in MiB", wholeNumber(1))
    .addOption(choice("--delivery <way>", "how the installer gets the kickstart", ["http", "cd"]))
    .addOption(choice("--login <kind>", "how the build logs in", ["buildKey", "password", "privateKey", "none"]))
    .option("--username <name>", 'as whom the build logs in; default: "packer"')
    .option("--boot-line <text>", 'what the boot line says beside the kickstart, e.g. "inst.text inst.repo=..."')
    .option("--ignore <codes>", "codes that are not reported, separated by commas", codes, [] as readonly string[])
    .option("--strict", "let warnings fail too")
    .addOption(new Option("--json", "print JSON").conflicts("sarif"))
    .option("--sarif", "print SARIF 2.1.0, for code review")
    .action(async (files: string[], options: Options) => {
      process.exitCode = await validate(files, options);
    });
}

async function validate(paths: readonly string[], options: Options): Promise<number> {
  const named = options.release === undefined ? undefined : OsRelease.byId(options.release);
  const context = contextOf(options);
  const findings: Finding[] = [];
  const readable: KickstartFile[] = [];
  let unreadable = false;
  for (const path of new Set(paths)) {
    const source = path === STANDARD_INPUT ? await readStandardInput() : sourceOf(path);
    if (source === undefined) {
      unreadable = true;
    } else if ("problem" in source) {
      const { info, line, message } = source.problem;
      findings.push({ file: path, line, severity: info.severity, code: info.code, message });
    } else {
      const release = named ?? releaseOf(path, source.text);
      readable.push({ path, text: source.text, release, context, ignore: options.ignore });
    }
  }
  findings.push(...validateKickstarts(readable).flat());
  process.stdout.write(options.json ? toJson(findings) : options.sarif ? toSarif(findings) : toText(findings));
  if (!options.json && !options.sarif) process.stderr.write(`${summary(findings, new Set(paths).size)}\n`);
  const notRead = new Set(Object.values(SOURCE_CODES).map(({ code }) => code));
  if (unreadable || findings.some(({ code }) => notRead.has(code))) return 2;
  const failing = options.strict ? ["error", "warning"] : ["error"];
  return findings.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}

/** Undefined, and an error is printed, if the file cannot be read: the others are checked nevertheless. */
function sourceOf(path: string): Source | undefined {
  try {
    return readSource(path);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    return undefined;
  }
}

/** pykickstart's own comment, e.g. "#version=RHEL9". */
function releaseOf(path: string, text: string): OsRelease {
  const version = /^#version=\s*(\S+)/m.exec(text)?.[1];
  if (version && version !== "DEVEL") return OsRelease.byId(version);
  throw new UserError(
    `${path} does not say its release: add --release rhel9 or the like, or a first line "#version=RHEL9"`,
  );
}

function contextOf(options: Options): ImageContext {
  const { diskInterface, firmware, delivery, bootLine, memoryMib, diskMib, login, username } = options;
  if (username !== undefined && login === undefined)
    throw new UserError("--username is of no use without --login: add --login buildKey");
  const loggedIn = login === undefined ? undefined : { kind: login, username: username ?? "packer" };
  return { diskInterface, firmware, delivery, bootLine, memoryMiB: memoryMib, diskMiB: diskMib, login: loggedIn };
}

function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).choices(values);
}

function codes(value: string, before: readonly string[]): readonly string[] {
  const given = value.split(/[,\s]+/).filter((code) => code !== "");
  const unknown = given.find((code) => !CODES.some((info) => info.code === code));
  if (unknown) throw new UserError(`unknown code ${unknown} after --ignore: docs/kickstart-checks.md lists the codes`);
  return [...before, ...given];
}
