import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Queue } from "../../../builder/queue";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
let queue: Queue;
const roomy = { builds: 2, memoryMiB: 4000 };

beforeEach(() => {
  folder = temporaryFolder("queue");
  queue = new Queue(folder);
});

test("as many builds start as there are slots, and the next one when a slot is free", async () => {
  const [first, second, third] = [await queue.enter(100), await queue.enter(100), await queue.enter(100)];
  expect([first, second, third].map((ticket) => queue.ahead(ticket, roomy))).toEqual([0, 0, 1]);
  queue.leave(first);
  expect(queue.ahead(third, roomy)).toBe(0);
});

test("a build that does not fit into memory waits, even with a free slot", async () => {
  const [, second] = [await queue.enter(3000), await queue.enter(2000)];
  expect(queue.ahead(second, roomy)).toBeGreaterThan(0);
});

test("a small build does not overtake a large one that waits", async () => {
  await queue.enter(3000);
  await queue.enter(2000);
  const small = await queue.enter(10);
  expect(queue.ahead(small, { builds: 8, memoryMiB: 4000 })).toBeGreaterThan(0);
});

test("the first build may start even when it is larger than the host", async () => {
  expect(queue.ahead(await queue.enter(99_999), roomy)).toBe(0);
});

test("the ticket of a dead process is removed and blocks no build", async () => {
  spawnSync("mkfifo", [join(folder, "0000000001-9-000000000000.ticket")]);
  const ticket = await queue.enter(100);
  expect(queue.ahead(ticket, { builds: 1, memoryMiB: 4000 })).toBe(0);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("a ticket of another form is removed and blocks no build", async () => {
  writeFileSync(join(folder, "0000000001-9-000000000000.ticket"), "");
  const ticket = await queue.enter(100);
  expect(queue.ahead(ticket, { builds: 1, memoryMiB: 4000 })).toBe(0);
  expect(readdirSync(folder)).toHaveLength(1);
});

test("tickets are numbered in the order of arrival", async () => {
  const tickets = await Promise.all([queue.enter(1), queue.enter(1), queue.enter(1)]);
  expect(new Set(tickets.map(({ file }) => file)).size).toBe(3);
});
