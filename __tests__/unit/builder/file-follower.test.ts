import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileFollower } from "../../../builder/file-follower";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
let file: string;
let text: string;
let follower: FileFollower;

beforeEach(() => {
  folder = temporaryFolder("follower");
  file = join(folder, "console.log");
  text = "";
  follower = new FileFollower(file, (bytes) => void (text += bytes.toString("latin1")));
});
afterEach(() => follower.stop());

test("it gives what was written, also to a file that appears later", async () => {
  await follower.poll();
  writeFileSync(file, "one\ntw");
  await follower.poll();
  expect(text).toBe("one\ntw");
  appendFileSync(file, "o\n");
  await follower.poll();
  expect(text).toBe("one\ntwo\n");
});

test("it reads the rest when it is stopped", async () => {
  writeFileSync(file, "one");
  await follower.stop();
  expect(text).toBe("one");
});

test("it skips to the end of a file that grew faster than it can be read", async () => {
  writeFileSync(file, `${"x".repeat(3 * 1024 * 1024)}the end`);
  await follower.poll();
  expect(text).toHaveLength(256 * 1024);
  expect(text.endsWith("the end")).toBe(true);
});
