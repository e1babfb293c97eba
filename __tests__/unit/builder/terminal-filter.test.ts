import { TerminalFilter } from "../../../builder/terminal-filter";

const filtered = (...pieces: readonly string[]): string => {
  const filter = new TerminalFilter();
  return pieces.map((piece) => filter.text(piece)).join("");
};

test.each([
  ["text, and what moves the cursor", "a\tb\b\r\nc", "a\tb\b\r\nc"],
  [
    "movements, erasing and regions",
    "\x1b[2;3H\x1b[K\x1b[J\x1b[1;23r\x1bM\x1b[?25l",
    "\x1b[2;3H\x1b[K\x1b[J\x1b[1;23r\x1bM\x1b[?25l",
  ],
])("it passes on %s", (_what, text, expected) => {
  expect(filtered(text)).toBe(expected);
  expect(filtered(...text)).toBe(expected);
});

test.each([
  ["colours", "\x1b[1;31mred\x1b[m", "red"],
  ["a window title", "\x1b]0;title\x07text", "text"],
  ["a title that ends by ST", "\x1b]0;title\x1b\\text", "text"],
  ["a device control string", "\x1bP1$r0m\x1b\\text", "text"],
  ["questions to the terminal", "\x1b[c\x1b[>c\x1b[6n\x1b[>qtext", "text"],
  ["modes that other programs know", "\x1b[?2004h\x1b[?7727htext", "text"],
  ["character sets", "\x1b(Btext\x1b)0", "text"],
  ["C1 controls", "\u009b31mtext\u009d0;title", "31mtext0;title"],
  ["bell, NUL and DEL", "\x07\x00\x7ftext", "text"],
  ["marks that pile up in one cell", `e${"\u0301".repeat(10)}`, "e"],
  ["marks that turn the text's direction", "a\u202eb", "ab"],
  ["a sequence that is cancelled", "\x1b[12\x18text", "text"],
  ["a sequence without an end", `\x1b[${"1;".repeat(40)}`, "1;".repeat(24)],
])("it drops %s", (_what, text, expected) => {
  expect(filtered(text)).toBe(expected);
  expect(filtered(...text)).toBe(expected);
});

test("it makes numbers small that the terminal would repeat a sequence by", () => {
  expect(filtered("a\x1b[2147483647b\x1b[99999999T")).toBe("a\x1b[80b\x1b[24T");
});

test("a title that is never ended hides 1024 characters at most", () => {
  expect(filtered(`\x1b]0;${"x".repeat(5000)}`).length).toBeGreaterThan(3900);
});
