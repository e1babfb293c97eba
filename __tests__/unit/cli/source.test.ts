import { kickstartText } from "../../../cli/convert/source";
import { dialectOf } from "../../../kickstart/convert/dialects";
import { UserError } from "../../../util/user-error";

const bytes = (text: string) => Buffer.from(text, "latin1");

describe("a file that is no kickstart is refused in one line with its place", () => {
  test.each<[string, Uint8Array, string]>([
    ["not UTF-8", bytes("lang C\nuser --gecos=na\xefve\n"), "a.ks:2: not UTF-8"],
    ["a NUL byte", bytes("lang C\n\n\0"), "a.ks:3: a NUL byte"],
    ["CRLF", bytes("lang C\r\ntext\r\n"), "a.ks:1: the line ends in CRLF"],
    ["empty", bytes(" \n"), "a.ks:1: the file is empty"],
    ["10 MB", Buffer.alloc(10_000_000, "#\n"), "a.ks: 9.5 MiB is too large"],
  ])("%s", (_, content, message) => {
    expect(() => kickstartText("a.ks", content)).toThrow(message);
    expect(() => kickstartText("a.ks", content)).toThrow(UserError);
  });
});

test("a kickstart is taken as it is", () => {
  expect(kickstartText("a.ks", Buffer.from("# naïve\nlang C\n"))).toBe("# naïve\nlang C\n");
});

test("a release made from another has its dialect", () => {
  expect(dialectOf("rhel9").name).toBe("rhel9");
  expect(dialectOf("rocky9").name).toBe("rhel9");
  expect(dialectOf("centos7").name).toBe("rhel7");
  expect(dialectOf("fedora44").name).toBe("fedora44");
  expect(() => dialectOf("fedora38")).toThrow(/^no typed form for "fedora38"/);
  expect(() => dialectOf("suse")).toThrow(/^unknown release "suse"/);
});
