import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { kickstartSyntax } from "../../builder/causes/kickstart-syntax";
import { packageFile, scriptCommand } from "../../constructs/package-file";
import { writeRequest } from "../../__tests__/support/request";
import { median, timed } from "../measure";
import { type Row } from "../row";

/** How often the console is looked at, in milliseconds. */
const LOOK_MS = 20;

/** What the seed's template waits for a login, in seconds: its `ssh_timeout`. Nothing is said before. */
const SEED_TIMEOUT = 20 * 60;

/** From a kickstart error on the installer's console to the reason in the build's output. */
export async function reasonRows(rounds: number): Promise<Row[]> {
  const afterLine: number[] = [];
  const afterPower: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { powered, printed, named } = await brokenBuild();
    afterLine.push(named - printed);
    afterPower.push(named - powered);
  }
  const [line, power] = [median(afterLine), median(afterPower)];
  return [
    {
      what: "reason shown after a kickstart error",
      against: `bare Packer with the seed's time-out (not run: ${SEED_TIMEOUT} s by its setting)`,
      result: `${line.toFixed(1)} s after the installer prints it, ${power.toFixed(1)} s after power-on, ${rounds} rounds`,
      reach: "<= 5 s and <= 15 s",
      reached: line <= 5 && power <= 15,
    },
  ];
}

/** A build that the installer refuses: when QEMU ran, when the installer said so, and when the builder did, in seconds. */
async function brokenBuild(): Promise<{ powered: number; printed: number; named: number }> {
  const store = mkdtempSync(join(tmpdir(), "os-images-bench-"));
  const now = (): number => performance.now() / 1000;
  let [powered, printed] = [NaN, NaN];
  const look = setInterval(() => {
    const [work] = existsSync(join(store, ".work")) ? readdirSync(join(store, ".work")) : [];
    const console_ = join(store, ".work", work ?? "", "console.log");
    if (work === undefined || !existsSync(console_)) return;
    if (Number.isNaN(powered)) powered = now();
    if (Number.isNaN(printed) && kickstartSyntax.pattern.test(readFileSync(console_, "latin1"))) printed = now();
  }, LOOK_MS);
  try {
    const { file } = writeRequest(store, {
      kickstart: 'text\nfrobnicate --now\nsshkey --username=packer "@@ssh_key@@"\n',
    });
    const env = { OS_IMAGES_NO_VALIDATE: "1" };
    const words = ["-c", `${scriptCommand("builder", "main")} ${file}`];
    const { stderr } = await timed({ program: "/bin/sh", words, cwd: packageFile(), env }, true);
    if (!stderr.includes(kickstartSyntax.name)) throw new Error(`the build did not name the cause:\n${stderr}`);
    return { powered, printed, named: now() };
  } finally {
    clearInterval(look);
    rmSync(store, { recursive: true });
  }
}
