import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../../store/manifest";
import { makeStore, osImages, place, placeImage } from "../../support/fake-store";

let store: string;

beforeEach(() => (store = makeStore()));

test("an empty store is one line with exit code 0, a missing one is bad input", () => {
  expect(osImages(store, "ls")).toMatchObject({ status: 0, stdout: `the store ${store} is empty\n` });
  expect(osImages(join(store, "none"), "ls")).toMatchObject({ status: 2, stdout: "" });
});

test("ls gives the same as a table and as JSON", () => {
  placeImage(store, "demo", "a");
  const { stdout } = osImages(store, "ls");
  expect(stdout).toMatch(/^name +fingerprint .* state\ndemo {2}aaaaaaaaaaaa {2}2026-11 .* 6 B {2}raw .* ok\n$/);
  expect(JSON.parse(osImages(store, "ls", "--json").stdout)).toMatchObject([
    { name: "demo", fingerprint: "a".repeat(64), state: "ok", pinned: false, requests: [] },
  ]);
});

test("show tells the manifest with its phases; an image that is not there is bad input", () => {
  placeImage(store, "demo", "a");
  expect(osImages(store, "show", "demo@latest").stdout).toMatch(/sha256 +[0-9a-f]{64}\n[^]*install +5\.0 +50 %\n$/);
  expect(osImages(store, "show", "demo/b").status).toBe(2);
});

test("show tells what an image was built on, and which images were built on it", () => {
  const golden = placeImage(store, "golden", "a");
  const web = placeImage(store, "web", "b");
  const manifestOf = ({ manifest }: typeof web): Manifest => JSON.parse(readFileSync(manifest, "utf8")) as Manifest;
  const base = { name: "golden", fingerprint: "a".repeat(64), sha256: manifestOf(golden).disk.sha256 };
  place(web.manifest, JSON.stringify({ ...manifestOf(web), source: { base, release: "demo" } }));
  expect(osImages(store, "show", "web").stdout).toMatch(/\nbuilt on +golden\/a{12}\nits sha256 +[0-9a-f]{64}\n/);
  expect(osImages(store, "show", "golden").stdout).toMatch(/\nbuilt on it +web\/b{12}\n/);
  expect(JSON.parse(osImages(store, "show", "golden", "--json").stdout)).toMatchObject({
    builtOnIt: [`web/${"b".repeat(12)}`],
  });
});

test("log prints the newest build's console alone, and says on standard error which file it is", () => {
  const { image } = placeImage(store, "demo", "a");
  expect(osImages(store, "log", "demo")).toMatchObject({
    status: 0,
    stdout: "console of a\n",
    stderr: `${join(image, "console.log")} (image, 2026-11-01T00:00:00.000Z)\n`,
  });
  expect(osImages(store, "log", "demo", "--failed").status).toBe(1);
});

test("control characters of manifests and consoles never reach the terminal", () => {
  const { image, manifest } = placeImage(store, "demo", "a");
  const hostile = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7fx";
  const content = JSON.parse(readFileSync(manifest, "utf8")) as { readonly source: object };
  place(manifest, JSON.stringify({ ...content, revision: hostile, source: { ...content.source, release: hostile } }));
  place(join(image, "console.log"), `${hostile}\n${hostile}`);
  const failure = { cause: hostile, reason: hostile };
  place(join(store, "demo", ".failed", `${"b".repeat(12)}-20261102T030405Z`, "failure.json"), JSON.stringify(failure));
  for (const words of [
    ["ls"],
    ["ls", "--json"],
    ["show", "demo"],
    ["log", "demo/a"],
    ["log", "demo"],
    ["gc"],
    ["verify"],
  ]) {
    const { stdout, stderr } = osImages(store, ...words);
    expect(stdout + stderr).not.toBe("");
    // eslint-disable-next-line no-control-regex
    expect([words, /[\x00-\x08\x0b-\x1f\x7f-\x9f]/.exec(stdout + stderr)]).toEqual([words, null]);
  }
});

test("a log whose reader goes away early is no failure", () => {
  place(join(placeImage(store, "demo", "a").image, "console.log"), "a line\n".repeat(500_000));
  const program = join(__dirname, "..", "..", "..", "bin", "os-images.js");
  const line = '"$0" "$1" log demo --store "$2" | head -n 1; echo "${PIPESTATUS[0]}"';
  const { stdout, stderr } = spawnSync("bash", ["-c", line, process.execPath, program, store], { encoding: "utf8" });
  expect(stdout).toBe("a line\n0\n");
  expect(stderr).not.toMatch(/EPIPE/);
});

test("verify fails on a damaged image, and succeeds once that is in quarantine", () => {
  const { image } = placeImage(store, "demo", "a");
  place(join(image, "demo.raw"), "disk b");
  expect(osImages(store, "verify", "--dry-run")).toMatchObject({ status: 1 });
  expect(osImages(store, "verify").stdout).toMatch(/damaged: demo\.raw has the sha256 .*; moved to /);
  expect(osImages(store, "verify").status).toBe(0);
});

test("gc removes nothing unless it is told yes, and never what was pinned", () => {
  const { image } = placeImage(store, "demo", "a", "2026-11-01");
  placeImage(store, "demo", "b", "2026-11-02");
  expect(osImages(store, "gc").stdout).toMatch(/would go +demo\/aaaaaaaaaaaa[^]*add --yes/);
  expect(osImages(store, "pin", "demo/a").stdout).toBe("demo/aaaaaaaaaaaa is pinned\n");
  osImages(store, "gc", "--yes");
  expect(existsSync(image)).toBe(true);
  osImages(store, "unpin", "demo/a");
  expect(JSON.parse(osImages(store, "gc", "--yes", "--json").stdout)).toMatchObject({
    dryRun: false,
    removed: [{ title: "demo/aaaaaaaaaaaa" }],
    left: [],
  });
  expect(existsSync(image)).toBe(false);
});

test.each([[["gc", "--keep", "many"]], [["show", "../demo"]], [["ls", "--colour"]]])(
  "os-images %j is bad usage",
  (words) => {
    expect(osImages(store, ...words).status).toBe(2);
  },
);
