import { Screen } from "../../../builder/screen";

let lines: string[];
let screen: Screen;
const print = (text: string): Promise<void> => screen.write(Buffer.from(text));

beforeEach(() => {
  lines = [];
  screen = new Screen((line) => lines.push(line));
});

test("it reports a line once, as soon as it appears", async () => {
  await print("one\r\ntw");
  await print("o\r\n");
  expect(lines).toEqual(["one", "tw", "two"]);
});

test("it shows what was overwritten, coloured and moved as a terminal does", async () => {
  await print("\x1b[1;31mfailed\x1b[0m\r\n10 %\r100 %\x1b[5;3Hfifth\x1b[2;1H\x1b[K");
  expect(screen.lines()).toEqual(["failed", "  fifth"]);
});

test("a line that the terminal wraps is reported as one line", async () => {
  const long = Array.from({ length: 50 }, (_, index) => `word${index}`).join(" ");
  await print(`${long}\r\n${"next\r\n".repeat(30)}`);
  expect(lines[0]).toBe(long);
  expect(screen.tail(100)[0]).toBe(long);
});

test("it reports a line that is erased before the next look", async () => {
  await print("gone\x1b[H\x1b[2Jnew");
  expect(lines).toEqual(["gone", "new"]);
});

test("it reports a line that was left by a movement and scrolls off before the next look", async () => {
  await print(`left\x1b[24;1H${"\n".repeat(30)}end`);
  expect(lines).toEqual(["left", "end"]);
});

test("a prompt is the text before the cursor, if nothing follows it", async () => {
  await print("a question\r\nPlease answer: ");
  expect(screen.prompt).toBe("Please answer: ");
  await print("\x1b[24;1H[anaconda]1:main*\x1b[2;16H");
  expect(screen.prompt).toBe("Please answer: ");
  expect(screen.lines()).toEqual(["a question", "Please answer:"]);
  await print("yes\r\n");
  expect(screen.prompt).toBe("");
});

test("a character cut in two by a read arrives whole", async () => {
  const bytes = Buffer.from("Größe\r\n");
  await screen.write(bytes.subarray(0, 3));
  await screen.write(bytes.subarray(3));
  expect(lines).toContain("Größe");
});

test("a new start empties the screen and keeps its lines", async () => {
  await print("\x1b[?1049hbefore");
  await screen.startOver();
  expect(screen.lines()).toEqual([]);
  await print("after");
  expect(screen.lines()).toEqual(["after"]);
  await screen.startOver();
  expect(screen.tail(10)).toContain("after");
  expect(lines).toEqual(["before", "after"]);
});
