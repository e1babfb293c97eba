import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lockedInodes } from "../../../util/processes";
import { makeStore, placeImage } from "../../support/fake-store";
import { temporaryFolder } from "../../support/temporary";

const ROOT = join(__dirname, "..", "..", "..");
const CONTAINER = ["--pid", "--fork", "--mount", "--mount-proc"];
const mayUnshare = spawnSync("unshare", [...CONTAINER, "true"]).status === 0;
const inContainer = mayUnshare ? test : test.skip;
let machine: ChildProcess | undefined;

afterEach(() => machine?.kill("SIGKILL"));

/** A machine on an overlay that lies on a disk, paused before its first instruction. */
function startMachine(base: string): void {
  const overlay = join(temporaryFolder("machine"), "overlay.qcow2");
  const made = spawnSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", base, "-F", "raw", overlay], {
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const drive = ["-drive", `file=${overlay},if=virtio,format=qcow2`];
  machine = spawn("qemu-system-x86_64", ["-S", "-nodefaults", "-display", "none", "-m", "16", ...drive], {
    stdio: "ignore",
  });
}

inContainer(
  `gc keeps an image under a running machine whose process it cannot see${mayUnshare ? "" : " (skipped: this user may make no pid namespace)"}`,
  async () => {
    const store = makeStore();
    const { image } = placeImage(store, "demo", "a", "2026-11-01");
    placeImage(store, "demo", "b", "2026-11-02");
    const disk = join(image, "demo.raw");
    startMachine(disk);
    while (!lockedInodes().has(statSync(disk).ino)) await sleep(20);
    const gc = [process.execPath, join(ROOT, "bin", "os-images.js"), "gc", "--yes", "--store", store];
    const { stdout } = spawnSync("unshare", [...CONTAINER, ...gc], { encoding: "utf8", cwd: dirname(store) });
    expect(stdout).toMatch(/stays +demo\/aaaaaaaaaaaa .* a process has locked its demo\.raw, as running machines do/);
  },
  30_000,
);
