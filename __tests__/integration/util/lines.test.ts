import { spawn } from "node:child_process";
import { LineSplitter, onLines, printable } from "../../../util/lines";

const split = (...pieces: readonly (string | Buffer)[]): string[] => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), 10);
  for (const piece of pieces) splitter.write(Buffer.from(piece));
  splitter.flush();
  return lines;
};

test("lines come whole from pieces, without their ends", () => {
  expect(split("one\r\ntw", "o\n\nthr", "ee")).toEqual(["one", "two", "", "three"]);
});

test("a character that is split between two reads arrives whole", () => {
  const bytes = Buffer.from("Größe\n");
  expect(split(bytes.subarray(0, 3), bytes.subarray(3))).toEqual(["Größe"]);
});

test("a longer line is cut, however many pieces it comes in", () => {
  expect(split("0123456789abc\nnext\n")).toEqual(["0123456789", "next"]);
  expect(split("01234", "56789", "abc", "\nnext")).toEqual(["0123456789", "next"]);
});

test("only the carriage returns at a line's end are part of it", () => {
  expect(split("a\rb\r\r\n")).toEqual(["a\rb"]);
});

test("what a program prints just before it ends arrives whole and in order", async () => {
  for (let round = 0; round < 20; round++) {
    const words = ["-e", 'process.stdout.write("x".repeat(300000) + "\\nlast")'];
    const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "ignore"] });
    const lengths: number[] = [];
    await onLines(child.stdout, (line) => lengths.push(line.length), 1 << 20);
    expect(lengths).toEqual([300_000, 4]);
  }
}, 30_000);

test.each([
  ["plain text, tabs and other alphabets", "a\tb Größe 日本", "a\tb Größe 日本"],
  ["an escape sequence", "\x1b[31mred\x1b[0m", "[31mred[0m"],
  ["C1 controls", "\u009b31m\u009d", "31m"],
  ["carriage returns and line ends", "a\r\nb", "ab"],
  ["marks that turn the direction, or are not seen", "a\u202eb\u200bc\ufeff", "abc"],
])("%s", (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});
