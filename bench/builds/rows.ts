import { inRounds, median } from "../measure";
import { comparison, seconds, type Row } from "../row";
import { buildByQemuAlone } from "./floor";
import { buildOurs } from "./ours";
import { buildWithHandWrittenTemplate } from "./hand-written";
import { buildWithoutRelay } from "./without-relay";

/** Whole builds of the demo image, by us and by others. */
export async function buildRows(rounds: number): Promise<Row[]> {
  const results = await inRounds(
    {
      "os-images": () => buildOurs(),
      "QEMU alone": () => buildByQemuAlone(),
      "a hand-written template": () => buildWithHandWrittenTemplate(),
      "without the relay": () => buildWithoutRelay(),
    },
    rounds,
  );
  const wall = (runs: readonly { readonly seconds: number }[]): number[] => runs.map((run) => run.seconds);
  const ours = results["os-images"];
  const floor = results["QEMU alone"];
  const handWritten = results["a hand-written template"];
  const packer = ours.map(({ packerSeconds }) => packerSeconds);
  const own = ours.map((run) => run.seconds - run.packerSeconds);
  const phase = (name: string): string => {
    const spent = ours.map(({ manifest }) => manifest.build.phases.find((one) => one.name === name)?.seconds ?? 0);
    return `${name} ${median(spent).toFixed(1)}`;
  };
  return [
    {
      what: "the builder's own time in a build, with its sha256",
      against: "its Packer child's, same run",
      result: `${seconds(own)} beside ${seconds(packer)}, ${rounds} rounds`,
      target: "<= 1.0 s + one sha256 read",
      met: median(own) <= 1.2,
    },
    comparison("Packer's wall with our template", packer, "without the relay", results["without the relay"]),
    comparison(
      "build of the demo image, sealed and compressed",
      wall(ours),
      "a hand-written template",
      handWritten,
      0.5,
    ),
    comparison(
      "build of the demo image, sealed and compressed",
      wall(ours),
      "QEMU alone: install, start, login, off",
      floor,
      1.25,
    ),
    comparison("QEMU alone: the floor", floor, "a hand-written template", handWritten),
    {
      what: "where a build spends its time",
      against: "",
      result: ["boot", "install", "reboot", "provision", "seal", "shutdown", "convert", "verify"].map(phase).join(", "),
      target: "shown",
    },
  ];
}
