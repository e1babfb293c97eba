import { printable } from "../../../util/printable";

test.each([
  ["plain text, tabs and other alphabets", "a\tb Größe 日本", "a\tb Größe 日本"],
  ["an escape sequence", "\x1b[31mred\x1b[0m", "[31mred[0m"],
  ["C1 controls", "\u009b31m\u009d", "31m"],
  ["carriage returns and line ends", "a\r\nb", "ab"],
  ["marks that turn the direction, or are not seen", "a\u202eb\u200bc\ufeff", "abc"],
])("%s", (_what, text, expected) => {
  expect(printable(text)).toBe(expected);
});
