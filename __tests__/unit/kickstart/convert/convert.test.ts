import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { kickstartText } from "../../../../kickstart/convert/convert";
import { grammarOf } from "../../../../kickstart/convert/grammars";
import { UserError } from "../../../../util/user-error";
import { temporaryFolder } from "../../../support/temporary";

const folder = temporaryFolder("convert");
const file = join(folder, "a.ks");

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("a file that is no kickstart is refused in one line with its place", () => {
  test.each<[string, Uint8Array, string]>([
    ["not UTF-8", bytes("lang C\nuser --gecos=na\xefve\n"), "a.ks:2: byte 0xef is not UTF-8"],
    ["a NUL byte", bytes("lang C\n\n\0"), "a.ks:3: a NUL byte"],
    ["CRLF", bytes("lang C\r\ntext\r\n"), "a.ks:1: the line ends with CR LF"],
    ["empty", bytes(" \n"), "a.ks:1: the file holds no command"],
    ["10 MB", Buffer.alloc(10_000_000, "#\n"), "a.ks:1: the file has more than 1 MiB"],
  ])("%s", (_, content, message) => {
    writeFileSync(file, content);
    expect(() => kickstartText(file)).toThrow(message);
    expect(() => kickstartText(file)).toThrow(UserError);
  });

  test("a file that is not there", () => {
    expect(() => kickstartText(join(folder, "no.ks"))).toThrow("no.ks: there is no such file");
    expect(() => kickstartText(folder)).toThrow("is a folder: name the kickstart files in it");
  });
});

test("a kickstart is read as it is", () => {
  writeFileSync(file, "# naïve\nlang C\n");
  expect(kickstartText(file)).toBe("# naïve\nlang C\n");
});

test("a release has the grammar of its dialect", () => {
  expect(grammarOf("rhel9").name).toBe("rhel9");
  expect(grammarOf("rocky9").name).toBe("rhel9");
  expect(grammarOf("centos7").name).toBe("rhel7");
  expect(grammarOf("fedora44").name).toBe("fedora44");
  expect(() => grammarOf("fedora38")).toThrow(/^no typed form for "fedora38"/);
  expect(() => grammarOf("suse")).toThrow(/^unknown release "suse"/);
});
