import { decode, inspect, MAX_BYTES } from "../../../../kickstart/checks/source";

const bytes = (text: string, ...more: number[]) => Buffer.concat([Buffer.from(text), Buffer.from(more)]);

test("UTF-8 is read as it is, a byte order mark included", () => {
  expect(decode(bytes("lang de_DE\n# Größe\n"))).toEqual({ text: "lang de_DE\n# Größe\n" });
  expect(decode(bytes("\uFEFFlang C\n"))).toEqual({ text: "\uFEFFlang C\n" });
});

test.each([
  ["a byte that is not UTF-8", bytes("lang C\n# ü\nrootpw ", 0xff, 0x0a), "KS001", 3, /byte 0xff is not UTF-8/],
  ["Latin-1", bytes("# Gr", 0xf6, 0xdf, 0x65, 0x0a), "KS001", 1, /byte 0xf6/],
  ["a sequence that is cut off", bytes("lang C\n", 0xc3), "KS001", 2, /byte 0xc3/],
  ["a NUL byte", bytes("lang C\nuser\0\n"), "KS002", 2, /NUL byte/],
  ["a file of ten MiB", Buffer.alloc(10 * MAX_BYTES, "a"), "KS004", 1, /more than 1 MiB/],
  ["an empty file", bytes(""), "KS005", 1, /no command/],
  ["a file of comments", bytes("\n# only\n   \n"), "KS005", 1, /no command/],
])("%s is a finding with its line", (_name, content, code, line, message) => {
  expect(decode(content)).toMatchObject({
    problem: { info: { code }, line, message: expect.stringMatching(message) as string },
  });
});

test("a text without a file is checked in the same way", () => {
  expect(inspect("lang C\n")).toEqual({ text: "lang C\n" });
  expect(inspect("a\nb\0")).toMatchObject({ problem: { info: { code: "KS002" }, line: 2 } });
  expect(inspect("ä".repeat(MAX_BYTES))).toMatchObject({ problem: { info: { code: "KS004" } } });
});
