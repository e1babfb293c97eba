import assert from "node:assert/strict";
import type { DemoProject, RunningMachine } from "./project";
import type { Timeline } from "./timeline";

/** Lines of a deploy that go on the timeline. */
const EVENTS: readonly { readonly line: RegExp; readonly event: string }[] = [
  { line: /image (\S+) (\w{12}) is there: /, event: "image $2 is built" },
  { line: /image (\S+) (\w{12}) is there$/, event: "image $2 is in the store: nothing is built" },
  { line: /machine (\S+): answers at (\S+)/, event: "$1 answers SSH at $2" },
  { line: /(\S+) is done on (\d+) machine/, event: "Ansible has configured $2 machines" },
];

/** Where machines are after a deploy. */
interface Deployed {
  readonly machines: readonly RunningMachine[];
  readonly addresses: readonly string[];
  readonly images: ReadonlyMap<string, string>;
}

/**
 * Goes from an image to machines that answer over HTTP, replaces them by one changed line of the kickstart, rolls back, and
 * destroys all.
 * @throws AssertionError if something is not as it should be after a step
 */
export async function runDemo(project: DemoProject, timeline: Timeline): Promise<void> {
  timeline.note(`deploy of an image and ${project.settings.count} machine(s) from it`);
  const first = await deployed(project, timeline, "release 1");

  project.changeKickstart("release 1", "release 2");
  timeline.note("one line of the kickstart is changed; deploy");
  const second = await deployed(project, timeline, "release 2");
  assert.equal(second.images.size, 2, "a second image is built");
  for (const [name, manifest] of first.images) {
    assert.equal(second.images.get(name), manifest, "the first image stays as it was");
  }
  await assertGone(project, first);
  timeline.note("the old machines and their disks are gone");

  project.changeKickstart("release 2", "release 1");
  timeline.note("rollback: the line is as it was; deploy");
  const third = await deployed(project, timeline, "release 1");
  assert.deepEqual(third.images, second.images, "no image is built by a rollback");
  assert.equal(third.machines[0]?.fingerprint, first.machines[0]?.fingerprint, "the old image runs again");
  await assertGone(project, second);

  await project.destroy();
  assert.deepEqual([project.running(), project.disks()], [[], []], "a destroy leaves no machine and no disk");
  assert.deepEqual(project.images(), third.images, "a destroy leaves the images as they are");
  timeline.note("destroyed: no machine and no disk is left; the store has both images");
}

/** Deploys, and asks every machine for its page. */
async function deployed(project: DemoProject, timeline: Timeline, release: string): Promise<Deployed> {
  await project.deploy((line) => {
    const found = EVENTS.find((event) => event.line.test(line));
    if (found !== undefined) timeline.note(line.replace(new RegExp(`^.*${found.line.source}.*$`), found.event));
  });
  const machines = project.running();
  const addresses = project.addresses();
  assert.equal(machines.length, project.settings.count, "as many machines run as are asked for");
  assert.equal(new Set(machines.map(({ fingerprint }) => fingerprint)).size, 1, "all machines are of one image");
  const pages = await Promise.all(addresses.map((address) => project.page(address)));
  assert.deepEqual(new Set(pages), new Set([`${release}\n`]), "every machine answers with the release of its image");
  timeline.note(`HTTP: ${addresses.map((address) => `${address} says "${release}"`).join(", ")}`);
  return { machines, addresses, images: project.images() };
}

/** Nothing is left of machines that were replaced. */
async function assertGone(project: DemoProject, old: Deployed): Promise<void> {
  const domains = new Set(project.running().map(({ domain }) => domain));
  const [fingerprint = ""] = old.machines.map((machine) => machine.fingerprint);
  assert.deepEqual(
    old.machines.filter(({ domain }) => domains.has(domain)),
    [],
    "the machines that were replaced are gone",
  );
  assert.deepEqual(
    project.disks().filter((disk) => disk.includes(fingerprint)),
    [],
    "their image's copy is gone",
  );
  const still = old.addresses.filter((address) => !project.addresses().includes(address));
  await Promise.all(
    still.map((address) => assert.rejects(project.page(address), "nobody answers at the old addresses")),
  );
}
