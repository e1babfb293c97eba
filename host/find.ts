import { spawnSync } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { Memo } from "../util/memo";
import { UserError } from "../util/user-error";
import { atLeast } from "../util/version";
import { cachePaths } from "./cache";

/** An executable of this machine or of the cache. */
export interface FoundTool {
  /** Absolute. */
  readonly path: string;
  /** Set for the tools whose version matters. Of "python" it is pykickstart's. */
  readonly version?: string;
  readonly source: "machine" | "cache";
}

/** A tool whose version decides whether it will do. */
interface VersionedTool {
  readonly commands: readonly string[];
  readonly atLeast: string;
  readonly arguments: readonly string[];
  readonly title: string;
  /** The option with which set-up gets it, if it does not get it for everybody. */
  readonly setUpWith?: string;
}

/** The tools of which an old one will not do, each with the oldest that will. Others are taken as they are. */
export const VERSIONED_TOOLS = {
  /** Terraform or OpenTofu; 1.5 brought the `check` block. */
  terraform: { commands: ["terraform", "tofu"], atLeast: "1.5.0", arguments: ["version"], title: "terraform or tofu" },
  packer: { commands: ["packer"], atLeast: "1.9.0", arguments: ["version"], title: "packer" },
  /** 5.1 was the first to read disks that are compressed with zstd. */
  "qemu-system-x86_64": {
    commands: ["qemu-system-x86_64"],
    atLeast: "5.1.0",
    arguments: ["--version"],
    title: "qemu-system-x86_64",
  },
  "qemu-img": { commands: ["qemu-img"], atLeast: "5.1.0", arguments: ["--version"], title: "qemu-img" },
  /** A Python that can import pykickstart, and that one's version. */
  python: {
    commands: ["python3"],
    atLeast: "3.78",
    arguments: ["-c", "from importlib.metadata import version; print(version('pykickstart'))"],
    title: "a python3 with pykickstart",
  },
  /** 2.19 was the first that hands a password to ssh without another program. */
  "ansible-playbook": {
    commands: ["ansible-playbook"],
    atLeast: "2.19.0",
    arguments: ["--version"],
    title: "ansible-playbook",
    setUpWith: "--ansible",
  },
} as const satisfies Record<string, VersionedTool>;

export type VersionedToolName = keyof typeof VERSIONED_TOOLS;

/** Any command's name is allowed; the named ones are those whose version matters. */
export type ToolName = VersionedToolName | (string & {});

/**
 * Finds a tool: on PATH first, then in what set-up put into the cache ("python": the other way round). One that is too
 * old is passed over. A version once asked for is remembered, so that as a rule no process is started.
 */
export function findTool(name: ToolName): FoundTool | undefined {
  if (!isVersioned(name)) return candidates([name])[0];
  for (const tool of versionsFound(name)) {
    if (atLeast(tool.version, VERSIONED_TOOLS[name].atLeast)) return tool;
  }
  return undefined;
}

/**
 * As `findTool`.
 * @throws UserError (exit code 3) that says what is missing and what to type
 */
export function requireTool(name: ToolName): FoundTool {
  const found = findTool(name);
  if (found) return found;
  if (!isVersioned(name)) throw new UserError(`${name} is not on PATH: run \`npx os-images setup\``, 3);
  const { title, atLeast: oldest } = VERSIONED_TOOLS[name];
  const [old] = versionsFound(name);
  const got = old ? ` (${old.path} is ${old.version})` : "";
  throw new UserError(`no ${title} of version ${oldest} or newer was found${got}: run \`${setUpCommand(name)}\``, 3);
}

/** The command that gets a tool. */
export function setUpCommand(name: VersionedToolName): string {
  const { setUpWith }: VersionedTool = VERSIONED_TOOLS[name];
  return ["npx os-images setup", ...(setUpWith === undefined ? [] : [setUpWith])].join(" ");
}

/**
 * Every executable of that name with its version, in the order in which they are considered, old ones included. Lazy:
 * one whose version is not remembered is started to ask it.
 */
function* versionsFound(name: VersionedToolName): Generator<FoundTool & { version: string }> {
  const tool: VersionedTool = VERSIONED_TOOLS[name];
  const chosen = name === "terraform" ? process.env["TERRAFORM_BINARY_NAME"] : undefined;
  const found = candidates([...(chosen ? [chosen] : []), ...tool.commands]);
  if (name === "python") found.unshift(...cachedPython());
  for (const candidate of found) {
    const fixed = name !== "python" || candidate.source === "cache";
    const known = fixed ? new Memo<string>(cachePaths().versions) : undefined;
    const key = keyOf(candidate.path);
    const remembered = known?.get(key);
    const version = remembered ?? askVersion(candidate.path, tool.arguments);
    if (version === undefined) continue;
    if (remembered === undefined) known?.set(key, version);
    yield { ...candidate, version };
  }
}

/** Considered before the machine's own, whose packages come and go unseen and which would have to be asked each time. */
function cachedPython(): FoundTool[] {
  const path = join(cachePaths().python, "bin", "python");
  return isExecutable(path) ? [{ path, source: "cache" }] : [];
}

/** The first executable of that name on PATH, of whatever version: what a shell would start. */
export function firstOnPath(command: string): string | undefined {
  return candidates([command]).find(({ source }) => source === "machine")?.path;
}

function isVersioned(name: string): name is VersionedToolName {
  return Object.hasOwn(VERSIONED_TOOLS, name);
}

function candidates(commands: readonly string[]): FoundTool[] {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  const { bin } = cachePaths();
  const machine = folders.filter((folder) => folder !== bin);
  const found = commands.flatMap((command) =>
    isAbsolute(command) ? [command] : machine.map((folder) => join(folder, command)),
  );
  const cached = commands.filter((command) => !isAbsolute(command)).map((command) => join(bin, command));
  return [
    ...found.filter(isExecutable).map((path) => ({ path, source: "machine" as const })),
    ...cached.filter(isExecutable).map((path) => ({ path, source: "cache" as const })),
  ];
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * What distinguishes an executable from another, and from its own later version. A virtual environment's python is a link out
 * of its folder, so the folder must tell two of them apart.
 */
function keyOf(path: string): string {
  const { size, mtimeMs } = statSync(path);
  return [join(realpathSync(dirname(path)), basename(path)), size, mtimeMs].join("|");
}

/** Starts the tool and takes the first version number that it prints; undefined when it fails. */
function askVersion(path: string, argumentsToGive: readonly string[]): string | undefined {
  const env = { ...process.env, CHECKPOINT_DISABLE: "1" };
  const options = { encoding: "utf8", timeout: 20_000, env } as const;
  const { status, stdout } = spawnSync(path, argumentsToGive, options);
  return status === 0 ? /\d+(\.\d+)+/.exec(stdout)?.[0] : undefined;
}
