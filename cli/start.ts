import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifestSchema } from "../store/manifest";
import { deploy } from "./deploy-stacks";
import { runScript } from "../util/run-script";

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
  const code = await deploy([MACHINE, "--auto-approve"]);
  if (code !== 0) return code;
  const report = JSON.parse(readFileSync(join("machines", MACHINE, "report.json"), "utf8")) as Report;
  const folder = join("images", IMAGE, report.image.fingerprint.slice(0, 12));
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")));
  const megabytes = Math.round(manifest.disk.sizeBytes / 1e6);
  const lines = [
    ["image", `${join(folder, manifest.disk.file)} (${manifest.disk.format}, ${megabytes} MB)`],
    ["manifest", join(folder, "manifest.json")],
    ["built", `${manifest.createdAt} in ${Math.round(manifest.build.seconds)} s (${manifest.build.accelerator})`],
    ["machine", `${report.hostName}, ${report.kernel}; ${report.boot}`],
    ["screenshot", join("machines", MACHINE, "screenshot.png")],
  ];
  process.stdout.write(`\n${lines.map(([label = "", text = ""]) => `${label.padEnd(11)} ${text}\n`).join("")}`);
  return 0;
});
