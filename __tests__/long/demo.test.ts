import { join } from "node:path";
import { DemoProject } from "../../demo/project";
import { runDemo } from "../../demo/steps";
import { Timeline } from "../../demo/timeline";
import { Libvirtd, whyNoLibvirt } from "../support/libvirtd";
import { demoMedium } from "../support/request";

const why = whyNoLibvirt();

jest.setTimeout(600_000);

/** `npm run demo:full` with one machine, which starts within seconds and needs no playbook. */
(why === undefined ? it : it.skip)(
  `one changed line of a kickstart becomes a new machine, and a rollback the old one${why === undefined ? "" : ` (skipped: ${why})`}`,
  async () => {
    const libvirtd = new Libvirtd();
    try {
      libvirtd.start();
      const files = join(__dirname, "../data/demo");
      const events: string[] = [];
      const timeline = new Timeline((line) => events.push(line));
      await runDemo(new DemoProject(libvirtd, files, { medium: demoMedium(), count: 1, memoryMiB: 128 }), timeline);
      expect(events.filter((line) => /image \w+ is built$/.test(line))).toHaveLength(2);
      expect(events.filter((line) => /nothing is built$/.test(line))).toHaveLength(1);
    } finally {
      libvirtd.remove();
    }
  },
);
