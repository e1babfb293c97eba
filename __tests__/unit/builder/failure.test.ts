import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BuildFailed, saveEvidence } from "../../../builder/failure";
import { Redaction } from "../../../builder/redaction";
import { workFolder } from "../../../builder/work-folder";
import { failedBuilds } from "../../../store/failures";
import { pathsOfImage } from "../../../store/layout";
import { temporaryFolder } from "../../support/temporary";

const DIGITS = "1a2b3c4d5e6f";
const failure = { cause: "kernel panic", reason: "kernel panic", phase: "install", seconds: 1, console: [] } as const;

test("two failures in one second both keep their evidence", () => {
  const store = temporaryFolder("failure-test");
  const paths = pathsOfImage(store, "demo", DIGITS);
  const work = workFolder(paths, "demo.qcow2");
  mkdirSync(work.output, { recursive: true });
  writeFileSync(work.disk, "half a disk");
  const now = new Date("2026-11-23T10:00:00.500Z");
  const kept = ["first", "second"].map((line) => {
    writeFileSync(work.console, line);
    return saveEvidence(paths, work, failure, new Redaction([]), now).evidence;
  });
  expect(kept.map((folder) => readFileSync(join(folder, "console.log"), "utf8"))).toEqual(["first", "second"]);
  expect(readdirSync(paths.failed)).toEqual([`${DIGITS}-20261123T100000Z`, `${DIGITS}-20261123T100001Z`]);
  expect(failedBuilds(store, "demo")).toHaveLength(2);
});

test("the screen is saved as text and shown in the report, without secrets, escapes or endless lines", () => {
  const store = temporaryFolder("failure-test");
  const paths = pathsOfImage(store, "demo", DIGITS);
  const work = workFolder(paths, "demo.qcow2");
  const lines = [...Array.from({ length: 40 }, (_, index) => `line ${index}`), "\x1b[31mcan", "ary", "x".repeat(5000)];
  const seen = { ...failure, proof: "a canary\u009b31m", console: lines };
  const saved = saveEvidence(paths, work, seen, new Redaction(["canary"]));
  const text = readFileSync(join(saved.evidence, "screen.txt"), "utf8");
  expect(text).toMatch(/^line 0\nline 1\n/);
  expect(text).toContain("[31m<sensitive>\n");
  expect(saved.proof).toBe("a <sensitive>31m");
  expect(saved.console).toHaveLength(24);
  expect(saved.console.at(-1)).toHaveLength(303);
  const { message } = new BuildFailed("demo", saved);
  expect(message).toContain("    | [31m<sensitive>");
  expect(message).not.toMatch(/(?!\n)\p{Cc}/u);
});
