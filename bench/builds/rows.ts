import { Login } from "../../recipe/login";
import type { Manifest } from "../../store/manifest";
import { demoKickstart } from "../../__tests__/support/request";
import { inRounds, median } from "../measure";
import { comparison, seconds, type Row } from "../row";
import { buildByQemuAlone } from "./floor";
import { buildOurs } from "./ours";
import { buildWithHandWrittenTemplate } from "./hand-written";
import { buildWithoutRelay } from "./without-relay";

/** The demo image, which then has no provisioners either; the finished disk is started once. */
const NO_LOGIN = { buildLogin: Login.none(), kickstart: demoKickstart().replace(/^reboot$/m, "poweroff") };

/** Whole builds of the demo image, by us and by others. */
export async function buildRows(rounds: number): Promise<Row[]> {
  const results = await inRounds(
    {
      "os-images": () => buildOurs(),
      "without a login": () => buildOurs(NO_LOGIN),
      "QEMU alone": () => buildByQemuAlone(),
      "a hand-written template": () => buildWithHandWrittenTemplate(),
      "without the relay": () => buildWithoutRelay(),
    },
    rounds,
  );
  const wall = (runs: readonly { readonly seconds: number }[]): number[] => runs.map((run) => run.seconds);
  const ours = results["os-images"];
  const floor = results["QEMU alone"].map(({ off }) => off);
  const installed = results["QEMU alone"].map((run) => run.installed);
  const without = results["without a login"];
  const beforeProof = without.map((run) => run.seconds - secondsOf(run.manifest, "verify"));
  const handWritten = results["a hand-written template"];
  const packer = ours.map(({ packerSeconds }) => packerSeconds);
  const own = ours.map((run) => run.seconds - run.packerSeconds);
  const phase = (name: string): string => {
    return `${name} ${median(ours.map(({ manifest }) => secondsOf(manifest, name))).toFixed(1)}`;
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
      0.68,
    ),
    comparison(
      "build of the demo image, sealed and compressed",
      wall(ours),
      "QEMU alone: install, start, login, off",
      floor,
      1.1,
    ),
    comparison(
      "image without a login and provisioners, started once",
      wall(without),
      "a hand-written template",
      handWritten,
      0.45,
    ),
    comparison("image without a login, before it is started", beforeProof, "QEMU alone: install", installed, 1.15),
    comparison("QEMU alone: the floor", floor, "a hand-written template", handWritten),
    {
      what: "where a build spends its time",
      against: "",
      result: ["boot", "install", "reboot", "provision", "seal", "shutdown", "convert", "verify"].map(phase).join(", "),
      target: "shown",
    },
  ];
}

function secondsOf({ build }: Manifest, phase: string): number {
  return build.phases.find(({ name }) => name === phase)?.seconds ?? 0;
}
