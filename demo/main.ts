/**
 * `npm run demo:full [-- --write]`: from an image to machines that answer over HTTP, and back, on a libvirtd of its own.
 * Prints a timeline; `--write` puts it into docs/demo.md.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Libvirtd, whyNoLibvirt } from "../__tests__/support/libvirtd";
import ownTemporaryFolder from "../__tests__/support/run-folder";
import { temporaryFolder } from "../__tests__/support/temporary";
import { host } from "../bench/host";
import { ensureMedium } from "../setup/demo-installer/medium";
import { setUp } from "../setup/set-up";
import { ANSIBLE_STEPS } from "../setup/steps";
import { stopRunning } from "../util/run";
import { runScript } from "../util/run-script";
import { onEndSignal } from "../util/signals";
import { UserError } from "../util/user-error";
import { DemoProject } from "./project";
import { runDemo } from "./steps";
import { Timeline } from "./timeline";

const PAGE = join(__dirname, "../docs/demo.md");

const BEGIN = "<!-- timeline: made by npm run demo:full -- --write -->\n";

runScript(async () => {
  const { write } = readOptions();
  await setUp(ANSIBLE_STEPS);
  const why = whyNoLibvirt();
  if (why !== undefined) throw new UserError(`the demo starts a libvirtd of its own, and cannot: ${why}`, 3);
  const medium = await ensureMedium({ python: true, onStep: (step) => print(step) });
  await ownTemporaryFolder();

  let interrupted = false;
  onEndSignal(() => {
    interrupted = true;
    stopRunning();
  });
  const libvirtd = new Libvirtd();
  try {
    libvirtd.start();
    const timeline = new Timeline(print);
    const project = new DemoProject(libvirtd, join(__dirname, "files"), {
      medium,
      count: 2,
      memoryMiB: 512,
      keyFile: makeKey(),
    });
    await runDemo(project, timeline);
    if (write) writePage(timeline);
  } catch (error) {
    if (!interrupted) throw error;
    process.stderr.write("interrupted\n");
    return 130;
  } finally {
    libvirtd.remove();
  }
  return 0;
});

function readOptions(): { readonly write: boolean } {
  try {
    return parseArgs({ options: { write: { type: "boolean", default: false } } }).values;
  } catch {
    throw new UserError("usage: npm run demo:full [-- --write]", 2);
  }
}

/** A key pair for the machines' user; gives the private key's file. */
function makeKey(): string {
  const file = join(temporaryFolder("key"), "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "demo", "-f", file]);
  return file;
}

function writePage(timeline: Timeline): void {
  const page = readFileSync(PAGE, "utf8");
  writeFileSync(PAGE, `${page.slice(0, page.indexOf(BEGIN))}${BEGIN}\n${host()}\n\n${timeline.markdown()}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
