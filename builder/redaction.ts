import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** What stands in a secret's place, as in Packer's own output. */
const REDACTED = "<sensitive>";

/** Shorter values are not redacted: they are no secrets, and every log is full of them. */
const SHORTEST = 4;

/** How much of a log is read at once, in bytes. */
const PIECE = 4 << 20;

/** Packer's plugin chooses the VNC password by itself and writes it into its log only. */
const VNC_PASSWORD = [/with the password: (\S+)/, /"change-vnc-password", "arguments": \{ "password": "([^"]+)"/];

/** Takes secrets out of output and logs: each value, its form in a URL, and each line of a value with several lines. */
export class Redaction {
  private readonly words: readonly string[];
  /** Each word, with line ends allowed between its characters. */
  private readonly acrossLines: readonly RegExp[];

  constructor(values: readonly string[]) {
    const lines = values.flatMap((value) => value.split(/\r?\n/)).map((line) => line.trim());
    const long = lines.filter((line) => line.length >= SHORTEST);
    const words = new Set(long.flatMap((line) => [line, encodeURIComponent(line)]));
    this.words = [...words].sort((a, b) => b.length - a.length);
    this.acrossLines = this.words.map((word) => new RegExp(Array.from(word, characterOrEnd).join("\n?"), "gu"));
  }

  /** A text without the secrets. Cut it only afterwards: part of a secret is not recognised. */
  text(text: string): string {
    return this.words.reduce((rest, word) => rest.replaceAll(word, REDACTED), text);
  }

  /** Lines of a screen without the secrets, also those that go on in the next line. */
  lines(lines: readonly string[]): string[] {
    const text = lines.join("\n");
    return this.acrossLines.reduce((rest, word) => rest.replace(word, REDACTED), text).split("\n");
  }

  /** Writes a copy of a log without the secrets, and without the VNC password. */
  copy(file: string, target: string): void {
    const bytes = new Redaction(this.words.map((word) => Buffer.from(word, "utf8").toString("latin1")));
    const input = openSync(file, "r");
    const output = openSync(target, "w");
    try {
      const buffer = Buffer.alloc(PIECE);
      for (let rest = ""; ;) {
        const length = readSync(input, buffer, 0, PIECE, null);
        const text = rest + buffer.toString("latin1", 0, length);
        const end = length === 0 ? text.length : bytes.safeEnd(text);
        writeSync(output, Buffer.from(bytes.text(withoutVncPassword(text.slice(0, end))), "latin1"));
        rest = text.slice(end);
        if (length === 0) return;
      }
    } finally {
      closeSync(input);
      closeSync(output);
    }
  }

  /** Where a text that goes on can be cut: after its last line, or in a line that is too long, but never in a secret. */
  private safeEnd(text: string): number {
    if (text.length < 2 * PIECE) return text.lastIndexOf("\n") + 1;
    let end = text.length - (this.words[0]?.length ?? 0);
    for (let before = -1; before !== end;) {
      before = end;
      for (const word of this.words) {
        const at = text.lastIndexOf(word, end - 1);
        if (at >= 0 && at + word.length > end) end = at;
      }
    }
    return end;
  }
}

/** A character of a word as a pattern; at the end of a line, a blank is lost. */
function characterOrEnd(character: string): string {
  return character === " " ? "(?: |\n)" : character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}

function withoutVncPassword(text: string): string {
  return VNC_PASSWORD.reduce(
    (rest, pattern) =>
      rest.replace(new RegExp(pattern, "g"), (match, password: string) => match.replace(password, REDACTED)),
    text,
  );
}
