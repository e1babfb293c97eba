import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Command } from "commander";
import { MEDIA_LOCK_FILE, parseMediaLock } from "../recipe/media-lock";
import { UserError } from "../util/user-error";
import { addCommand, type CommandOptions, printJson } from "./command";
import { pipelineFor } from "./init/ci";
import { cdktfJson, defaultKickstart, GIT_IGNORED, mainText, packageJsonText, TSCONFIG } from "./init/files";
import { type MediumOptions, mediumOf, releaseOf } from "./init/medium";
import { withMedium } from "./lock";

const DETAILS = `
Writes main.ts, cdktf.json, tsconfig.json and a kickstart into this folder, and adds to package.json what they need. It
overwrites nothing. Without --iso and --kickstart, the image is a minimal Rocky Linux 9.

  npx os-images init web --kickstart web.cfg --iso https://.../Rocky-9.6-x86_64-minimal.iso
  npm install
  npx os-images deploy

With --ci in a folder that has an app, it adds the pipeline alone.`;

interface InitOptions extends CommandOptions, MediumOptions {
  readonly kickstart?: string;
  readonly ci?: string;
}

/** Adds `os-images init [NAME]`: writes a small app that deploys at once. */
export function addInit(program: Command): void {
  addCommand(program, "init", "Start an app with one image in this folder.")
    .argument("[name]", "name of the image (default: the folder's name)")
    .option("--kickstart <file>", "your kickstart; it is copied into this folder")
    .option("--iso <url>", "the installer's medium: an http(s) URL, or a file on this machine")
    .option(
      "--checksum <value>",
      "the medium's \"sha256:...\" or its vendor's checksum file (default: looked for beside it)",
    )
    .option("--release <id>", "what the medium installs, e.g. rocky9 (default: by the names of medium and kickstart)")
    .option("--ci <service>", "also a pipeline that plans, builds and shares the images: github or gitlab")
    .addHelpText("after", DETAILS)
    .action(async (name: string | undefined, options: InitOptions) => {
      const pipeline = options.ci === undefined ? undefined : pipelineFor(options.ci);
      if (pipeline !== undefined) refuseToOverwrite([pipeline.file]);
      const isApp = pipeline !== undefined && existsSync("cdktf.json");
      const written = isApp ? [] : await init(imageName(name), options);
      if (pipeline !== undefined) {
        makeFolder(dirname(pipeline.file));
        writeFileSync(pipeline.file, pipeline.text);
        written.push(pipeline.file);
      }
      if (options.json) return printJson({ written });
      const next = isApp ? "commit it, and set OS_IMAGES_REMOTE there" : "npm install, then npx os-images deploy";
      process.stdout.write(`wrote ${written.join(", ")}\nnext: ${next}\n`);
    });
}

/**
 * Writes the app's files, all or none of them, and gives their names.
 * @throws UserError for a file that is there already, and for a medium whose checksum is unknown
 */
async function init(name: string, options: InitOptions): Promise<string[]> {
  const kickstart = options.kickstart === undefined ? undefined : readFile(options.kickstart);
  const release = releaseOf(options, kickstart?.toString("utf8") ?? "");
  const kickstartFile = options.kickstart === undefined ? `${name}.cfg` : basename(options.kickstart);
  const isInPlace = options.kickstart !== undefined && resolve(options.kickstart) === resolve(kickstartFile);
  refuseToOverwrite(["main.ts", "cdktf.json", "tsconfig.json", MEDIA_LOCK_FILE, ...(isInPlace ? [] : [kickstartFile])]);
  const text = kickstart ?? defaultKickstart(name, release);
  const medium = await mediumOf(options, release);
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "main.ts": mainText(name, release, medium, kickstartFile),
    "cdktf.json": cdktfJson(),
    "tsconfig.json": TSCONFIG,
    ...(isInPlace ? {} : { [kickstartFile]: text }),
    ...(medium.checksumUrl !== undefined && {
      [MEDIA_LOCK_FILE]: withMedium(parseMediaLock(undefined), medium.url, medium.checksumUrl, medium.checksum),
    }),
    ...(existsSync(".gitignore") ? {} : { ".gitignore": GIT_IGNORED }),
    "package.json": packageJsonText(name),
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(file, content);
  return Object.keys(files);
}

function imageName(given: string | undefined): string {
  const name = given ?? basename(process.cwd());
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UserError(`"${name}" cannot be an image's name: write one of a-z, 0-9 and -, e.g. npx os-images init web`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new UserError(`the folder ${folder} cannot be made (${(error as NodeJS.ErrnoException).code})`);
  }
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UserError(`the kickstart ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function refuseToOverwrite(files: readonly string[]): void {
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) return;
  throw new UserError(`${present.join(", ")}: already here, and nothing is overwritten: start in an empty folder`);
}
