import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseKickstarts } from "../../../../kickstart/checks/parser";
import { findPython } from "../../../../kickstart/checks/parser";
import { validateKickstarts } from "../../../../kickstart/checks/validate";
import { OsRelease } from "../../../../recipe/release";
import { SOUND } from "../../../support/sound-kickstart";
import { temporaryFolder } from "../../../support/temporary";

const folder = temporaryFolder("parser");

const parse = (...texts: string[]) =>
  parseKickstarts(
    texts.map((text) => ({ path: join(folder, "ks.cfg"), text, dialect: "rhel9" })),
    findPython().path,
  );

test("a file leaves nothing behind for the next one", () => {
  const rich =
    "part / --size=1\nuser --name=a\nrootpw --lock\nbootloader --location=none\n%packages --nocore\n@x\ny\n%end\n";
  const [alone] = parse("rootpw b\nbootloader\npart /srv --size=2\nuser --name=a\n");
  const [, after] = parse(rich, "rootpw b\nbootloader\npart /srv --size=2\nuser --name=a\n");
  expect(after).toEqual(alone);
});

test("commands come with their lines, words and values, also behind sections and includes", () => {
  writeFileSync(join(folder, "part.ks"), "zerombr\n\npart / --size=1024 --grow\n");
  const [kickstart] = parse("%pre\necho\n%end\n# a comment\n%include part.ks\nlang 'de_DE.UTF-8' # here\n");
  expect(kickstart!.commands).toMatchObject([
    { name: "zerombr", file: join(folder, "part.ks"), line: 1 },
    { name: "part", file: join(folder, "part.ks"), line: 3, values: { mountpoint: "/", size: 1024, grow: true } },
    { name: "lang", file: join(folder, "ks.cfg"), line: 6, args: ["de_DE.UTF-8"], values: { lang: "de_DE.UTF-8" } },
  ]);
});

test("reading goes on after every error", () => {
  const [kickstart] = parse('install\nrootpw "x\nlang\n%foo\n%end\nkeyboard us\nfirewall --enbled\n');
  expect(kickstart!.problems.map(({ line }) => line).sort()).toEqual([1, 2, 3, 4, 7]);
  expect(kickstart!.commands.map(({ name, accepted }) => `${name} ${accepted}`)).toEqual([
    "install false",
    "lang false",
    "keyboard true",
    "firewall false",
  ]);
});

test("form feeds and Unicode line ends do not shift the numbers of lines", () => {
  const [kickstart] = parse("# a\f# b\u2028# c\nlang C\n");
  expect(kickstart!.commands).toMatchObject([{ name: "lang", line: 2 }]);
});

test("a script that bash cannot read is found among others, and none is run", () => {
  const proof = join(folder, "was-run");
  const sound = `%post\ntouch ${proof}\n%end\n`;
  const [one, other] = parse(`${sound}%post\nif true\n%end\n`, `%pre\ncat <<A\n%end\n${sound}`);
  expect(one!.sections.map(({ shellError }) => shellError?.message)).toEqual([
    undefined,
    expect.stringMatching(/unexpected end/),
  ]);
  expect(other!.sections.map(({ shellError }) => shellError?.line)).toEqual([1, undefined]);
  expect(existsSync(proof)).toBe(false);
});

test("a script for another program is not read as one for the shell", () => {
  const [kickstart] = parse("%post --interpreter=/usr/bin/python3\nprint('a' if True else 'b')\n%end\n");
  expect(kickstart!.sections[0]!.shellError).toBeUndefined();
});

test("an unchanged kickstart starts no Python", () => {
  const cacheFolder = join(folder, "cache");
  const file = { path: join(folder, "ks.cfg"), text: SOUND.replace("lang", "lnag"), release: OsRelease.ROCKY_9 };
  const first = validateKickstarts([file], { cacheFolder });
  const broken = { path: "/nonexistent/python", pykickstart: findPython().pykickstart };
  expect(validateKickstarts([file], { cacheFolder, python: broken })).toEqual(first);
  expect(first[0]!.map(({ code }) => code)).toContain("KS015");
  const other = { ...file, text: SOUND };
  expect(() => validateKickstarts([other], { cacheFolder, python: broken })).toThrow(/interpreter is gone/);
});
