import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { ParseCache } from "../../../../kickstart/checks/cache";
import { parsed } from "../../../support/parsed-kickstart";
import { temporaryFolder } from "../../../support/temporary";

const folder = temporaryFolder("cache");

const request = { path: "ks.cfg", text: "lang C\n", dialect: "rhel9" } as const;
const answer = parsed([]).parsed;

test("an entry is read back as it was written", () => {
  const cache = new ParseCache(join(folder, "a"), "3.78");
  expect(cache.get(request)).toBeUndefined();
  cache.put(request, answer);
  expect(cache.get(request)).toEqual(answer);
});

test.each([
  ["text", { ...request, text: "lang D\n" }],
  ["release", { ...request, dialect: "rhel8" as const }],
  ["path, which messages and includes depend on", { ...request, path: "other.cfg" }],
])("another %s makes another cache entry", (_what, other) => {
  const cache = new ParseCache(join(folder, "b"), "3.78");
  cache.put(request, answer);
  expect(cache.get(other)).toBeUndefined();
});

test("another version of pykickstart parses again", () => {
  new ParseCache(join(folder, "c"), "3.78").put(request, answer);
  expect(new ParseCache(join(folder, "c"), "3.79").get(request)).toBeUndefined();
});

test("a changed or removed include parses again", () => {
  const cache = new ParseCache(join(folder, "d"), "3.78");
  const path = join(folder, "part.ks");
  writeFileSync(path, "zerombr\n");
  const sha256 = createHash("sha256").update("zerombr\n").digest("hex");
  cache.put(request, { ...answer, includes: [{ path, sha256 }] });
  expect(cache.get(request)).toBeDefined();
  writeFileSync(path, "zerombr \n");
  expect(cache.get(request)).toBeUndefined();
  rmSync(path);
  expect(cache.get(request)).toBeUndefined();
});

test("a kickstart whose include is missing is not cached", () => {
  const cache = new ParseCache(join(folder, "e"), "3.78");
  cache.put(request, { ...answer, unresolved: [{ file: "ks.cfg", line: 1, target: "x.ks", reason: "missing" }] });
  expect(cache.get(request)).toBeUndefined();
});

test("a damaged entry is parsed again", () => {
  const cache = new ParseCache(join(folder, "f"), "3.78");
  cache.put(request, answer);
  for (const name of readdirSync(join(folder, "f"))) writeFileSync(join(folder, "f", name), "{");
  expect(cache.get(request)).toBeUndefined();
});

test("a folder that cannot be written is no error", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const cache = new ParseCache(join(file, "below"), "3.78");
  cache.put(request, answer);
  expect(cache.get(request)).toBeUndefined();
});
