import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { causeOf } from "../../builder/causes";
import { storeFolders } from "../../store/layout";
import { writeRequest } from "../../__tests__/support/request";
import { median, timed } from "../measure";
import { type Row } from "../row";
import { inTemporaryFolder } from "../temporary";
import { builder } from "./builder";

/** The cause that the builds fail by. */
const CAUSE = "kickstart syntax";

/** How often the console is looked at, in milliseconds. */
const LOOK_MS = 20;

/** What the hand-written template waits for a login, in seconds: its `ssh_timeout`. Nothing is said before. */
const HAND_WRITTEN_TIMEOUT = 20 * 60;

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
      against: `bare Packer with a hand-written template (not run: ${HAND_WRITTEN_TIMEOUT} s by its setting)`,
      result: `${line.toFixed(1)} s after the installer prints it, ${power.toFixed(1)} s after power-on, ${rounds} rounds`,
      target: "<= 5 s and <= 15 s",
      met: line <= 5 && power <= 15,
    },
  ];
}

/** A build that the installer refuses: when QEMU ran, when the installer said so, and when the builder did, in seconds. */
function brokenBuild(): Promise<{ powered: number; printed: number; named: number }> {
  return inTemporaryFolder(async (store) => {
    const now = (): number => performance.now() / 1000;
    const { work } = storeFolders(store);
    let [powered, printed] = [NaN, NaN];
    const look = setInterval(() => {
      const [name] = existsSync(work) ? readdirSync(work) : [];
      const console_ = join(work, name ?? "", "console.log");
      if (name === undefined || !existsSync(console_)) return;
      if (Number.isNaN(powered)) powered = now();
      if (Number.isNaN(printed) && showsCause(readFileSync(console_, "latin1"))) printed = now();
    }, LOOK_MS);
    try {
      const kickstart = 'text\nfrobnicate --now\nsshkey --username=packer "@@ssh_key@@"\n';
      const { file } = writeRequest(store, { kickstart });
      const { stderr } = await timed(builder(file, { OS_IMAGES_NO_VALIDATE: "1" }), true);
      if (!stderr.includes(CAUSE)) throw new Error(`the build did not name the cause:\n${stderr}`);
      return { powered, printed, named: now() };
    } finally {
      clearInterval(look);
    }
  });
}

function showsCause(text: string): boolean {
  return text.split(/\r*\n/).some((line) => causeOf("console", line)?.name === CAUSE);
}
