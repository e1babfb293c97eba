import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sourceRevision, withRelease } from "../../../builder/release-file";
import { sealText } from "../../../recipe/seal";
import { temporaryFolder } from "../../support/temporary";

/** Runs the step with a folder for /etc, and reads what a shell makes of the file. */
function written(revision: string, source?: string): string[] {
  const folder = temporaryFolder("release");
  const login = { kind: "buildKey", username: "packer" } as const;
  const request = { name: "demo", fingerprint: "a".repeat(64), login, recipe: { revision } };
  const seal = sealText(["release-file"], login);
  const date = new Date("2026-11-01T10:00:00Z");
  const text = withRelease(new Map([["seal.sh", Buffer.from(seal)]]), request, { date, source }).get("seal.sh");
  const [, step = ""] = /\n\((\n[^]*\n)\)\n/.exec(text?.toString() ?? "") ?? [];
  mkdirSync(join(folder, "etc"));
  writeFileSync(join(folder, "step.sh"), step.replaceAll("/etc/", `${folder}/etc/`));
  execFileSync("/bin/sh", [join(folder, "step.sh")]);
  const file = join(folder, "etc/os-images-release");
  const read = execFileSync("/bin/sh", ["-c", '. "$1"; printf "%s\\n" "$NAME" "$REVISION" "$DATE"', "sh", file]);
  return [...read.toString().trimEnd().split("\n"), readFileSync(file, "utf8")];
}

it("writes name, fingerprint, revision, date and source revision as a shell reads them", () => {
  const [name, revision, date, text] = written("2026-11", `${"b".repeat(40)}-dirty`);
  expect([name, revision, date]).toEqual(["demo", "2026-11", "2026-11-01T10:00:00.000Z"]);
  expect(text).toContain(`FINGERPRINT="${"a".repeat(64)}"\n`);
  expect(text).toContain(`SOURCE_REVISION="${"b".repeat(40)}-dirty"\n`);
});

it.each([`a "quoted" 'one'`, "$(touch /tmp/x) `id` $HOME", "\\ $& $1 %s %end"])(
  "keeps the revision %s as it is",
  (text) => {
    expect(written(text)[1]).toBe(text);
  },
);

it("takes line breaks out of a revision, so that it cannot add a line", () => {
  expect(written("a\nNAME=other").slice(0, 2)).toEqual(["demo", "aNAME=other"]);
});

it("names the commit of a repository, and that a file in it was changed", async () => {
  const folder = temporaryFolder("repository");
  expect(await sourceRevision(folder)).toBeUndefined();
  const git = (...words: string[]): string =>
    execFileSync("git", ["-C", folder, ...words], { encoding: "utf8" }).trim();
  git("init", "-q");
  writeFileSync(join(folder, "file"), "one");
  git("add", "file");
  git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", "one");
  const commit = git("rev-parse", "HEAD");
  expect(await sourceRevision(folder)).toBe(commit);
  writeFileSync(join(folder, "file"), "two");
  expect(await sourceRevision(folder)).toBe(`${commit}-dirty`);
});
