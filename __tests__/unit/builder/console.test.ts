import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clean, LogFollower } from "../../../builder/console";

let folder: string;
let file: string;
const lines: string[] = [];
let follower: LogFollower;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "console-test-"));
  file = join(folder, "console.log");
  lines.length = 0;
  follower = new LogFollower(file, (line) => lines.push(line));
});
afterEach(() => {
  follower.stop();
  rmSync(folder, { recursive: true });
});

test("lines are given as soon as they are whole, also those of a file that comes later", () => {
  follower.poll();
  writeFileSync(file, "one\r\ntw");
  follower.poll();
  expect(lines).toEqual(["one"]);
  appendFileSync(file, "o\n");
  follower.poll();
  expect(lines).toEqual(["one", "two"]);
});

test("the tail has the last lines and the unfinished one", () => {
  writeFileSync(file, "one\n\ntwo\nlogin: ");
  follower.poll();
  expect(follower.tail(2)).toEqual(["two", "login:"]);
});

test("a character cut in two by a read arrives whole", () => {
  const bytes = Buffer.from("Größe\n");
  writeFileSync(file, bytes.subarray(0, 3));
  follower.poll();
  appendFileSync(file, bytes.subarray(3));
  follower.poll();
  expect(lines).toEqual(["Größe"]);
});

test("colours, cursor movements and overwritten text are taken out", () => {
  expect(clean("\u001b[1;31mfailed\u001b[0m\u001b[K")).toBe("failed");
  expect(clean("10 %\r50 %\r100 %\r")).toBe("100 %");
  expect(clean("\u001b]0;title\u0007text")).toBe("text");
});
