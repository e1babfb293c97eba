import { asHostError } from "../../host/file-error";
import { readOwnExport } from "../../store/image";
import type { ExportManifest } from "../../store/manifest";
import { PhaseLog } from "../phase-log";
import { runProgram } from "../program";
import { exportToStore } from "./export";
import { loadExport, type LoadedExport } from "./request-file";

/** How an export reports and is ended. */
export interface ExportOptions {
  /** Takes the lines of progress; by default they go to standard output. */
  readonly write?: (line: string) => void;
  /** Ends the work when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Makes sure that the export of a request is in its store, and gives its manifest. If it is there, no other process is
 * started. Throws a `UserError` with the reason if it cannot be made, and `Interrupted` if somebody ended it.
 */
export async function makeExport(requestFile: string, options: ExportOptions = {}): Promise<ExportManifest> {
  const write = options.write ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const phases = new PhaseLog(write);
  const loaded = loadExport(requestFile);
  const { name, platform, shortFingerprint, image } = loaded.paths;
  const title = `export of image ${name} for ${platform} ${shortFingerprint}`;
  const found = read(loaded);
  if (found.kind === "present") {
    write(`${title} is there`);
    return found.manifest;
  }
  phases.enter("plan", title);
  const signal = options.signal ?? new AbortController().signal;
  const manifest = await exportToStore(loaded, phases, signal).catch((error: unknown) => {
    throw asHostError(error, loaded.paths.store);
  });
  phases.log(`${title} is there: ${image}/${manifest.files[0].file}`);
  return manifest;
}

function read({ paths }: LoadedExport): ReturnType<typeof readOwnExport> {
  try {
    return readOwnExport(paths);
  } catch (error) {
    throw asHostError(error, paths.image);
  }
}

if (require.main === module) {
  void runProgram(process.argv.slice(2), "export.json", (requestFile, signal) =>
    makeExport(requestFile, { signal }),
  ).then((code) => {
    process.exitCode = code;
  });
}
