import { randomBytes } from "node:crypto";
import { CAUSES } from "../../builder/causes";

const times = (text: string, bytes: number): Buffer =>
  Buffer.from(text.repeat(Math.ceil(bytes / Buffer.byteLength(text))));
const lines = CAUSES.flatMap(({ signs }) => signs.flatMap(({ examples }) => examples.map(({ line }) => line)));

/** What a hostile guest may send: for each kind, at least so many bytes. */
export const HOSTILE: Readonly<Record<string, (bytes: number) => Buffer>> = {
  "random bytes": (bytes) => randomBytes(bytes),
  "carriage returns without an end": (bytes) => times("\r", bytes),
  "carriage returns before something else": (bytes) => times(`${"\r".repeat(5000)}x\n`, bytes),
  "a line without an end": (bytes) => times("x", bytes),
  "empty lines": (bytes) => times("\n", bytes),
  "the shortest lines": (bytes) =>
    Buffer.from(Array.from({ length: bytes / 4 }, (_, index) => `${index % 10}\r\n`).join("")),
  "a title without an end": (bytes) => Buffer.concat([Buffer.from("\x1b]0;"), times("title", bytes)]),
  titles: (bytes) => times("\x1b]0;t\x07", bytes),
  "escapes alone": (bytes) => times("\x1b", bytes),
  "sequences without an end": (bytes) => times("\x1b[1;1;1", bytes),
  "repeats and scrolls by the largest number": (bytes) =>
    times("a\x1b[2147483647b\x1b[2147483647T\x1b[2147483647L", bytes),
  "tabs by the largest number": (bytes) => times("\x1b[2147483647I\x1b[2147483647Z", bytes),
  "scrolls up and down": (bytes) => times("\x1b[80S\x1b[80T", bytes),
  "the screen erased without an end": (bytes) => times("x\x1b[2J", bytes),
  "resets and screens in turn": (bytes) => times("\x1bc\x1b[?1049h\x1b[?1049lx", bytes),
  "marks on one letter": (bytes) => Buffer.concat([Buffer.from("e"), times("\u0301", bytes)]),
  "wide characters": (bytes) => times("日本語", bytes),
  "C1 controls": (bytes) => times("\u009b31m\u009d0;title\u009c", bytes),
  "beginnings of known lines": (bytes) => times(lines.map((line) => line.slice(0, -1)).join(" "), bytes),
  "known lines": (bytes) => times(`${lines.join("\r\n")}\r\n`, bytes),
  "steps of an installation": (bytes) =>
    times("Installing a (1/2)\r\nConfiguring storage\r\nDownloading b (3%)\r\n", bytes),
  brackets: (bytes) => times("[", bytes),
  "objects in objects": (bytes) => times('{"a":', bytes),
  "numbers for messages": (bytes) => times("{}\n1\nnull\n[]\n{}}\n", bytes),
  "messages of other types": (bytes) =>
    times('{"id":"1","event":7,"data":null}\n{"event":"RESET","data":[1]}\n{"id":1,"error":7}\n', bytes),
  "a large message": (bytes) => Buffer.from(`{"event":"X","data":{"a":"${"x".repeat(bytes)}"}}\n`),
};

/**
 * What the event loop and the memory went through while `work` ran. The longest time in which no other event was handled
 * counts as far as this process used it: on a busy machine others take the rest.
 */
export async function strainOf(work: () => Promise<void>): Promise<{ longestMs: number; grownMiB: number }> {
  const memory = (): number => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1024 / 1024;
  };
  const before = memory();
  let most = before;
  let longestMs = 0;
  let last = { wall: performance.now(), cpu: process.cpuUsage() };
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage(last.cpu);
    longestMs = Math.max(longestMs, Math.min(performance.now() - last.wall, (user + system) / 1000));
    last = { wall: performance.now(), cpu: process.cpuUsage() };
    most = Math.max(most, memory());
  }, 5);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 10));
  clearInterval(timer);
  return { longestMs, grownMiB: most - before };
}
