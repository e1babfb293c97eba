import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requireTool } from "../../../host/find";
import { Qmp } from "../../../host/qmp";
import { temporaryFolder } from "../../support/temporary";

/** What x86-64-v2 (EL 9) and x86-64-v3 (EL 10) add, by QEMU's names: x86-64 psABI, "Micro-Architecture Levels". */
const V2 = ["cx16", "lahf-lm", "popcnt", "pni", "sse4.1", "sse4.2", "ssse3"];
const V3 = ["avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"];

/** The features of QEMU's CPU model "max" under emulation. */
async function emulatedFeatures(): Promise<Readonly<Record<string, unknown>>> {
  const socket = join(temporaryFolder("cpu-level"), "monitor");
  const words = [
    "-machine",
    "pc,accel=tcg",
    "-S",
    "-nodefaults",
    "-display",
    "none",
    "-qmp",
    `unix:${socket},server=on,wait=off`,
  ];
  const child = spawn(requireTool("qemu-system-x86_64").path, words, { stdio: "inherit" });
  try {
    const qmp = await connect(socket);
    const expanded = await qmp.execute("query-cpu-model-expansion", { type: "full", model: { name: "max" } });
    qmp.close();
    return (expanded as { model: { props: Record<string, unknown> } }).model.props;
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

async function connect(socket: string, tries = 100): Promise<Qmp> {
  try {
    return await Qmp.connect(socket);
  } catch (error) {
    if (tries === 0) throw error;
    await sleep(50);
    return connect(socket, tries - 1);
  }
}

test("the default CPU model has what EL 9 and EL 10 need, also under emulation", async () => {
  const features = await emulatedFeatures();
  expect([...V2, ...V3].filter((feature) => features[feature] !== true)).toEqual([]);
}, 30_000);
