import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifestSchema } from "../store/manifest";
import { runScript } from "../util/run-script";
import { size, textTable, timeAndAge } from "../util/text-table";
import { deploy } from "./deploy";

const IMAGE = "demo";
const MACHINE = "demo-machine";

/** What machine/boot.ts found. */
interface Report {
  readonly hostName: string;
  readonly kernel: string;
  readonly boot: string;
  readonly image: { readonly fingerprint: string };
}

/** `npm start`: builds the default image unless it is there, boots a machine from it, and shows both. */
runScript(async () => {
  const verbose = process.argv.includes("--verbose");
  const { exitCode } = await deploy([MACHINE], { autoApprove: true, ...(verbose && { verbose }) });
  if (exitCode !== 0) return exitCode;
  const report = JSON.parse(readFileSync(join("machines", MACHINE, "report.json"), "utf8")) as Report;
  const folder = join("images", IMAGE, report.image.fingerprint.slice(0, 12));
  const { disk, createdAt, build } = manifestSchema.parse(
    JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")),
  );
  const rows = [
    ["image", `${join(folder, disk.file)} (${disk.format}, ${size(disk.sizeBytes)})`],
    ["manifest", join(folder, "manifest.json")],
    ["built", `${timeAndAge(createdAt)} in ${Math.round(build.seconds)} s (${build.accelerator})`],
    ["machine", `${report.hostName}, ${report.kernel}; ${report.boot}`],
    ["screenshot", join("machines", MACHINE, "screenshot.png")],
  ];
  process.stdout.write(`\n${textTable([], rows)}`);
  return 0;
});
