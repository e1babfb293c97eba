import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "ssh2";
import { demoKickstart, writeRequest } from "../../__tests__/support/request";
import { startRelay } from "../../builder/relay";
import { freePort } from "../../host/free-port";
import { requireTool } from "../../host/find";
import { sealText, SEAL_STEPS } from "../../recipe/seal";
import type { StageChange } from "../../recipe/why";
import { listCheckpoints } from "../../store/checkpoints";
import { inRounds, timed } from "../measure";
import { comparison, type Row } from "../row";
import { inTemporaryFolder } from "../temporary";
import { builder } from "./builder";
import { BUILD_USER } from "./medium";

const osImages = join(__dirname, "..", "..", "bin", "os-images.js");

const SCRIPTS = 5;
const IMAGES = 8;

/** A script that writes a few megabytes, as a package would. */
function script(word: string): string {
  return `#!/bin/sh\nset -eu\necho ${word}\nhead -c 4000000 /dev/urandom > "/var/lib/${word}"\n`;
}

const scripts = (last: string): string[] => [
  ...Array.from({ length: SCRIPTS - 1 }, (_, index) => script(`step-${index + 1}`)),
  script(last),
];

/** What checkpoints cost a build that makes them, and what they save one that takes them. */
export async function checkpointRows(rounds: number): Promise<Row[]> {
  const results = await inRounds(
    {
      "with checkpoints": () => coldAndChanged(),
      "without checkpoints": () => withoutCheckpoints(scripts("last")),
    },
    rounds,
  );
  const ours = results["with checkpoints"];
  const [cold, changed, floor] = (["cold", "changed", "floor"] as const).map((key) => ours.map((run) => run[key]));
  const without = results["without checkpoints"];
  const what = `demo image with ${SCRIPTS} scripts, the last one changed`;
  return [
    comparison(what, changed ?? [], "QEMU alone: start, login, script, seal, off, convert", floor ?? [], 1.25),
    comparison(what, changed ?? [], "the whole build from nothing", without, 0.6),
    comparison("build from nothing with checkpoints", cold ?? [], "without", without, 1.03),
    await changedComment(),
  ];
}

/** What a common installation saves many images. */
export async function commonStageRows(rounds: number): Promise<Row[]> {
  const results = await inRounds(
    { "8 images": () => images(), "one alone": () => withoutCheckpoints([script("image-1")]) },
    rounds,
  );
  return [
    comparison(
      `${IMAGES} images at once, one kickstart, a script each`,
      results["8 images"],
      `${IMAGES} times alone without checkpoints, by the time of one in the round`,
      results["one alone"].map((seconds) => IMAGES * seconds),
      0.45,
    ),
  ];
}

/** Seconds of one build by the builder, whose lines go to standard error: they show where the time goes. */
async function build(file: string): Promise<number> {
  const { seconds, stdout } = await timed(builder(file));
  process.stderr.write(stdout);
  return seconds;
}

function withoutCheckpoints(texts: readonly string[]): Promise<number> {
  return inTemporaryFolder((store) => build(writeRequest(store, { scripts: texts, checkpoints: "none" }).file));
}

function coldAndChanged(): Promise<{ cold: number; changed: number; floor: number }> {
  return inTemporaryFolder(async (store) => {
    const cold = await build(writeRequest(store, { scripts: scripts("last") }).file);
    const floor = await inTemporaryFolder((folder) => goOnByQemuAlone(store, folder));
    process.stderr.write(`  QEMU alone: ${floor.toFixed(1)} s\n`);
    return { cold, changed: await build(writeRequest(store, { scripts: scripts("other") }).file), floor };
  });
}

/** Wall time, in seconds, of builds that a deploy starts together. */
function images(): Promise<number> {
  return inTemporaryFolder(async (store) => {
    const files = Array.from(
      { length: IMAGES },
      (_, index) => writeRequest(store, { name: `demo-${index + 1}`, scripts: [script(`image-${index + 1}`)] }).file,
    );
    const begun = performance.now();
    await Promise.all(files.map(build));
    return (performance.now() - begun) / 1000;
  });
}

/** Which stages of a description are others once a comment of its kickstart is, and what is said of that. */
function changedComment(): Promise<Row> {
  return inTemporaryFolder(async (store) => {
    for (const comment of ["# one comment", "# another"])
      writeRequest(store, { kickstart: `${comment}\n${demoKickstart()}`, scripts: scripts("last") });
    const words = [osImages, "why", "demo", "--store", store, "--json"];
    const { stdout } = await timed({ program: process.execPath, words });
    const { stages } = JSON.parse(stdout) as { readonly stages: readonly StageChange[] };
    const changed = stages.filter(({ state }) => state === "changed");
    const anew = stages.filter(({ state }) => state !== "same").length;
    return {
      what: "a changed comment of the kickstart",
      against: "",
      result: `${anew} of ${stages.length} stages anew; \`os-images why\`: ${changed.map(said).join("; ")}`,
      target: "everything is rebuilt, and it is said why",
      met: anew === stages.length && changed.length === 1 && changed[0]?.stage === "install",
    };
  });
}

function said({ stage, changes }: StageChange): string {
  return `${stage}: ${changes.map((line) => line.trim()).join(", ")}`;
}

/** The same from the checkpoint before the last script, without Packer and builder: what no builder can be faster than. */
async function goOnByQemuAlone(store: string, folder: string): Promise<number> {
  const from = listCheckpoints(store).find(({ manifest }) => manifest?.stage === `provisioner ${SCRIPTS - 1}`);
  if (from === undefined) throw new Error(`no checkpoint to start from among ${readdirSync(store).join(" ")}`);
  const privateKey = readFileSync(join(from.path, "build-key.pem"), "utf8");
  const qemuImg = requireTool("qemu-img").path;
  const [disk, image] = [join(folder, "disk.qcow2"), join(folder, "image.qcow2")];
  const begun = performance.now();
  const base = ["-F", "qcow2", "-b", join(from.path, "disk.qcow2"), "-o", "cluster_size=4096"];
  execFileSync(qemuImg, ["create", "-q", "-f", "qcow2", ...base, disk]);
  const port = await freePort();
  const words = ["-machine", "type=pc,accel=tcg", "-cpu", "max", "-smp", "1", "-m", "1024M", "-display", "none"];
  words.push("-serial", `file:${join(folder, "console.log")}`, "-monitor", "none");
  words.push("-netdev", `user,id=n,hostfwd=tcp:127.0.0.1:${port}-:22`, "-device", "virtio-net,netdev=n");
  words.push("-drive", `file=${disk},if=virtio,cache=unsafe,discard=unmap,format=qcow2,detect-zeroes=unmap`);
  const machine = spawn(requireTool("qemu-system-x86_64").path, words, { stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => machine.on("exit", resolve));
  await runThere(port, privateKey, [script("other"), sealText(SEAL_STEPS, { kind: "buildKey", username: BUILD_USER })]);
  await ended;
  execFileSync(qemuImg, ["convert", "-c", "-W", "-m", "16", "-o", "compression_type=zstd", "-O", "qcow2", disk, image]);
  return (performance.now() - begun) / 1000;
}

/** Logs in the moment that the server answers, and runs each text as root. */
async function runThere(port: number, privateKey: string, texts: readonly string[]): Promise<void> {
  const relay = await startRelay(() => undefined);
  relay.forwardTo(port);
  const client = new Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.on("ready", resolve);
      client.on("error", reject);
      client.connect({ host: "127.0.0.1", port: relay.port, username: BUILD_USER, privateKey, readyTimeout: 300_000 });
    });
    for (const text of texts) {
      await new Promise<void>((resolve, reject) => {
        client.exec("cat > /dev/shm/run.sh && sudo -n sh /dev/shm/run.sh", (error, stream) => {
          if (error) return reject(error);
          stream.on("close", () => resolve());
          stream.resume();
          stream.stderr.resume();
          stream.end(text);
        });
      });
    }
  } finally {
    client.on("error", () => undefined);
    client.destroy();
    relay.close();
  }
}
