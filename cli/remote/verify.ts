import { listRemote } from "../../remote/list";
import { damageIn } from "../../remote/verify";
import { Progress } from "../../util/progress";
import { size, type Cell, textTable } from "../../util/text-table";
import { UserError } from "../../util/user-error";
import { printJson } from "../command";
import { withRemote } from "./open";

/** `os-images verify --remote [NAME...]`. Exit code 1: a damaged image was found; it is left as it is. */
export function verifyInRemote(names: readonly string[], json: boolean): Promise<number> {
  return withRemote(async (remote, signal) => {
    for (const warning of await remote.warnings()) process.stderr.write(`warning: ${warning}\n`);
    const all = await listRemote(remote);
    const unknown = names.find((name) => !all.some(({ key }) => key.name === name));
    if (unknown !== undefined) throw new UserError(`${remote.title} has no image named "${unknown}"`);
    const images = all.filter(({ key }) => names.length === 0 || names.includes(key.name));
    const progress = new Progress(process.stderr);
    const verdicts: { readonly name: string; readonly fingerprint: string; readonly damage?: string }[] = [];
    for (const listed of images) {
      const { name, shortFingerprint: fingerprint } = listed.key;
      await progress.step(`${name}/${fingerprint}`, async (note) => {
        let bytes = 0;
        const damage = await damageIn(remote, listed, signal, (more) => note(size((bytes += more))));
        verdicts.push({ name, fingerprint, ...(damage !== undefined && { damage }) });
        return damage === undefined ? "sound" : "damaged";
      });
    }
    if (json) printJson(verdicts);
    else process.stdout.write(textTable(["name", "fingerprint", "verdict"], verdicts.map(toRow)));
    return verdicts.some(({ damage }) => damage !== undefined) ? 1 : 0;
  });
}

function toRow({
  name,
  fingerprint,
  damage,
}: {
  name: string;
  fingerprint: string;
  damage?: string;
}): (Cell | string)[] {
  return [
    name,
    fingerprint,
    damage === undefined ? { text: "sound", colour: "green" } : { text: damage, colour: "red" },
  ];
}
