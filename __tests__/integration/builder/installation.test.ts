import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Diagnosis } from "../../../builder/causes/cause";
import { Guard } from "../../../builder/guard";
import { Installation } from "../../../builder/installation";
import { PhaseLog } from "../../../builder/phase-log";
import { startRelay } from "../../../builder/relay";
import { makeWorkFolder, workFolder } from "../../../builder/work-folder";
import type { BuildRequest } from "../../../recipe/request";
import { pathsOfImage } from "../../../store/layout";
import { temporaryFolder } from "../../support/temporary";

const CONSOLES = join(__dirname, "..", "..", "data", "consoles");
const request = { medium: { kind: "iso", kickstart: "kickstart.cfg" }, login: { kind: "none" } } as BuildRequest;

let store: string;
beforeEach(() => (store = temporaryFolder("installation")));

interface Outcome {
  readonly diagnosis?: Diagnosis | undefined;
  readonly interrupted?: unknown;
  readonly seconds: number;
  readonly lines: readonly string[];
  readonly screen: readonly string[];
}

/** Watches a shell script in Packer's place, which writes the console that a guest would. */
async function watch(script: string, abortAfterMs?: number): Promise<Outcome> {
  const paths = pathsOfImage(store, "demo", "1a2b3c4d5e6f");
  const work = workFolder(paths, "demo.qcow2");
  const lines: string[] = [];
  const guard = await Guard.start(paths.lock);
  makeWorkFolder(work, new Map(), guard.sign);
  const relay = await startRelay(() => undefined);
  const limits = { installSeconds: 30, loginSeconds: 30 };
  const installation = new Installation(request, limits, work, new PhaseLog((line) => lines.push(line)), relay);
  const controller = new AbortController();
  const abort = setTimeout(() => controller.abort(new Error("stop")), abortAfterMs ?? 60_000);
  const begun = performance.now();
  const run = installation.run({
    program: "/bin/sh",
    args: ["-c", `touch ../packer.log; ${script}`],
    environment: process.env,
    guard,
    signal: controller.signal,
  });
  const outcome = await run.then(
    (diagnosis) => ({ diagnosis }),
    (interrupted: unknown) => ({ interrupted }),
  );
  clearTimeout(abort);
  relay.close();
  guard.dismiss();
  return { ...outcome, lines, screen: installation.consoleLines(), seconds: (performance.now() - begun) / 1000 };
}

test("a build that waits at a question of the real installer ends within seconds, with the reason and the screen", async () => {
  const file = join(CONSOLES, "el9-boot-loader-question.raw");
  const { diagnosis, seconds, lines, screen } = await watch(`cat '${file}' > ../console.log; exec sleep 60`);
  expect(diagnosis?.cause).toBe("boot loader failed");
  expect(seconds).toBeLessThan(15);
  expect(screen.at(-1)).toBe("Please respond 'yes' or 'no':");
  expect(lines.join("\n")).toMatch(/Configuring storage\n(?:.*\n)*.*Installing boot loader\n/);
  expect(lines.length).toBeLessThan(30);
}, 60_000);

test("a guest that prints endlessly delays neither an interruption nor a time limit", async () => {
  const flood = `yes "$(printf '\\r\\r\\r\\033]0;')" > ../console.log`;
  const stopped = await watch(flood, 3_000);
  expect(String(stopped.interrupted)).toContain("stop");
  expect(stopped.seconds).toBeLessThan(10);
}, 60_000);

test("a healthy console gives no cause", async () => {
  const console_ = readFileSync(join(CONSOLES, "el9-boot-loader-question.raw"));
  const healthy = console_.subarray(0, console_.indexOf("Question"));
  const script = `printf '%s' '${healthy.toString("base64")}' | base64 -d > ../console.log; exec sleep 60`;
  const { interrupted, lines } = await watch(script, 8_000);
  expect(String(interrupted)).toContain("stop");
  expect(lines.filter((line) => /failed|error/i.test(line))).toEqual([]);
}, 60_000);
