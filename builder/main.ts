import { asHostError } from "../host/file-error";
import { readOwnImage } from "../store/image";
import type { Manifest } from "../store/manifest";
import { buildImage } from "./build";
import { PhaseLog } from "./phase-log";
import { runProgram } from "./program";
import { loadRequest, type LoadedRequest } from "./request-files";
import { Sharing } from "./share";
import { stateWarning } from "./state-file";

/** How a build reports and is ended. */
export interface BuildOptions {
  /** Takes the lines of progress; by default they go to standard output. */
  readonly write?: (line: string) => void;
  /** Ends the build when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that the image of a request is in its store, and gives its manifest. If it exists, no other process is
 * started, and no remote asked. Throws a `UserError` with the reason if it cannot be built, and `Interrupted` if somebody ended it.
 */
export async function build(requestFile: string, options: BuildOptions = {}): Promise<Manifest> {
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const phases = new PhaseLog(write);
  const loaded = loadRequest(requestFile);
  const { name, shortFingerprint } = loaded.paths;
  const found = read(loaded);
  if (found.kind === "present") {
    write(`image ${name} ${shortFingerprint} is there`);
    return found.manifest;
  }
  phases.enter("plan", `image ${name} ${shortFingerprint}`);
  const signal = options.signal ?? new AbortController().signal;
  const manifest = await fetchOrBuild(loaded, phases, signal).catch((error: unknown) => {
    throw asHostError(error, loaded.paths.store);
  });
  phases.log(`image ${name} ${shortFingerprint} is there: ${loaded.paths.image}/${manifest.disk.file}`);
  return manifest;
}

/** What can be fetched needs none of the tools that a build needs. */
async function fetchOrBuild(loaded: LoadedRequest, phases: PhaseLog, signal: AbortSignal): Promise<Manifest> {
  const sharing = await Sharing.of(loaded.request, phases, signal);
  const fetched = await sharing?.fetch(loaded.request, loaded.paths);
  if (fetched !== undefined) return fetched;
  const manifest = await buildImage(loaded, phases, signal);
  await sharing?.push(loaded.paths);
  return manifest;
}

function read({ paths }: LoadedRequest): ReturnType<typeof readOwnImage> {
  try {
    return readOwnImage(paths);
  } catch (error) {
    throw asHostError(error, paths.image);
  }
}

/** Runs `build` as a program: arguments in, exit code out, errors as one message on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  return runProgram(args, "build.json", (requestFile, signal) => {
    const warning = stateWarning();
    if (warning !== undefined) process.stdout.write(`${warning}\n`);
    return build(requestFile, { signal });
  });
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
