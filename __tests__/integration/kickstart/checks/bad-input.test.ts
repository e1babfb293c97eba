import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../../../support/temporary";

const folder = temporaryFolder("bad");
const main = join(__dirname, "..", "..", "..", "..", "bin", "os-images.js");

beforeAll(() => mkdirSync(join(folder, "cache")));

/** Runs the command line in the folder; nothing that it prints may be a stack trace. */
function validate(words: readonly string[], environment: NodeJS.ProcessEnv = {}, input = "") {
  const run = spawnSync(process.execPath, [main, "validate", ...words], {
    cwd: folder,
    input,
    encoding: "utf8",
    timeout: 60_000,
    env: { ...process.env, ...environment },
  });
  expect(run.signal).toBeNull();
  expect(run.stdout + run.stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$|Traceback/m);
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

/** Content, the finding that it has to give, and the exit code that it alone would have. */
const BAD: readonly (readonly [name: string, content: string | Uint8Array, finding: RegExp, status: 1 | 2])[] = [
  ["not-utf8.cfg", Buffer.from("lang C\n\xe4\n", "latin1"), /^not-utf8\.cfg:2: error KS001 /m, 2],
  ["nul.cfg", "lang C\nroot\0pw\n", /^nul\.cfg:2: error KS002 /m, 2],
  ["ten-mib.cfg", "part / --size=1\n".repeat(655_360), /^ten-mib\.cfg:1: error KS004 the file has more than 1 MiB/m, 2],
  ["empty.cfg", "", /^empty\.cfg:1: error KS005 /m, 2],
  ["crlf.cfg", "text\r\n%post\r\necho\r\n%end\r\n", /^crlf\.cfg:1: error KS003 /m, 1],
  ["open.cfg", "lang C\n%post\necho\n%packages\n@core\n%end\n", /^open\.cfg:2: error KS006 section %post/m, 1],
  ["self.cfg", "lang C\n%include self.cfg\n", /^self\.cfg:2: error KS008 /m, 1],
  ["escape.cfg", "%include ../../etc/passwd\n", /^escape\.cfg:1: error KS007 /m, 1],
  ["long-line.cfg", `lang C\n${"x".repeat(900_000)}\n`, /^long-line\.cfg:2: error KS010 the line has 900001 char/m, 1],
  ["many.cfg", "part / --size=1\n".repeat(6_000), /^many\.cfg:5001: error KS010 .* more than 5000 commands/m, 1],
  ["quotes.cfg", 'lang C\nrootpw "a\nlanguage\n', /^quotes\.cfg:2: error KS010 a quotation mark/m, 1],
  ["words.cfg", '""\n%\n', /^words\.cfg:1: error KS010 a word is missing/m, 1],
];

describe.each([2, 1])("bad files with exit code %d", (expected) => {
  const files = BAD.filter(([, , , status]) => status === expected);
  let run: ReturnType<typeof validate>;

  beforeAll(() => {
    run = validate([...files.map(([name, content]) => write(name, content)), "--release", "rhel9"]);
  });

  test("the exit code tells so", () => expect(run.status).toBe(expected));

  test.each(files)("%s gives a finding with its line", (_name, _content, finding) => {
    expect(run.stdout).toMatch(finding);
  });
});

test("a chain of includes that closes on itself is found in the file that closes it", () => {
  write("a.cfg", "%include b.cfg\n");
  write("b.cfg", "lang C\n%include a.cfg\n");
  expect(validate(["a.cfg", "--release", "rhel9"]).stdout).toMatch(/^b\.cfg:2: error KS008 /m);
});

test("a link does not lead out of the folder either", () => {
  symlinkSync("/etc/passwd", join(folder, "link.cfg"));
  write("by-link.cfg", "%include link.cfg\n");
  expect(validate(["by-link.cfg", "--release", "rhel9"]).stdout).toMatch(/^by-link\.cfg:1: error KS007 /m);
});

test("what is wrong with one file does not keep the others from being checked", () => {
  write("good.cfg", "install\n");
  const run = validate(["nowhere.cfg", ".", "empty.cfg", "good.cfg", "--release", "rhel9"]);
  expect(run.stderr).toContain("error: nowhere.cfg: there is no such file\n");
  expect(run.stderr).toContain("error: . is a folder: name the kickstart files in it\n");
  expect(run.stdout).toMatch(/^good\.cfg:1: error KS010 install has been removed/m);
  expect(run.status).toBe(2);
});

test.each([
  [["good.cfg"], /does not say its release: add --release/],
  [["good.cfg", "--release", "suse15"], /unknown release "suse15": write one of centos7/],
  [["good.cfg", "--release", "fedora99"], /this pykickstart does not know fedora99/],
  [["good.cfg", "--release", "rhel9", "--memory-mib", "2G"], /"2G" is not a whole number from 1 up/],
  [["good.cfg", "--release", "rhel9", "--firmware", "efi"], /Allowed choices are bios, uefi/],
  [["good.cfg", "--release", "rhel9", "--ignore", "KS999"], /unknown code KS999/],
  [["--release", "rhel9"], /missing required argument 'file'/],
])("bad usage %j is refused with a reason", (words, reason) => {
  const run = validate(words);
  expect(run.stderr).toMatch(reason);
  expect(run.status).toBe(2);
});

test("the release can stand in the file, and a code can be ignored", () => {
  write("own.cfg", "#version=RHEL9\ninstall\n");
  expect(validate(["own.cfg", "--json"]).stdout).toContain('"code": "KS010"');
  expect(validate(["own.cfg", "--ignore", "KS010"]).stdout).not.toContain("KS010");
});

test("- is standard input, whose includes start in the current folder, among other files", () => {
  write("part.cfg", "language C\n");
  const run = validate(["-", "own.cfg", "--release", "rhel9"], {}, "lang C\n%include part.cfg\nrootpw --alll x\n");
  expect(run.stdout).toMatch(/^part\.cfg:1: error KS010 .*language/m);
  expect(run.stdout).toMatch(/^-:3: error KS010 .*--alll/m);
  expect(run.stdout).toMatch(/^own\.cfg:2: error KS010 install/m);
  expect(run.status).toBe(1);
});

test("no more of standard input is read than a kickstart may have", () => {
  const run = validate(["-", "--release", "rhel9"], {}, "x\n".repeat(8 * 1024 * 1024));
  expect(run.stdout).toMatch(/^-:1: error KS004 /m);
  expect(run.status).toBe(2);
});

test("warnings fail only with --strict", () => {
  write("warned.cfg", "text\ncdrom\nlang C\nkeyboard us\ntimezone UTC\nrootpw plain\nzerombr\nautopart\nreboot\n");
  expect(validate(["warned.cfg", "--release", "rhel9"]).status).toBe(0);
  expect(validate(["warned.cfg", "--release", "rhel9", "--strict"]).status).toBe(1);
});

test("without a Python that has pykickstart it says what to run", () => {
  const run = validate(["good.cfg", "--release", "rhel9"], {
    XDG_CACHE_HOME: join(folder, "cache"),
    PATH: join(folder, "cache"),
  });
  expect(run.stderr).toMatch(/no a? ?python3 with pykickstart .* run `npx os-images setup`/);
  expect(run.status).toBe(3);
});
