/** How a POSIX shell reads what stands at a place of a script. */
export type Quoting =
  "plain" | "single quotes" | "double quotes" | "here-document" | "quoted here-document" | "comment";

/** What must not be in a text that is put there, so that the shell takes it as it is: POSIX.1-2024, 2.2 and 2.7.4. */
export const INTERPRETED: Readonly<Record<Quoting, RegExp>> = {
  plain: /[^\w@%+=:,./-]/,
  "single quotes": /'/,
  "double quotes": /["\\$`]/,
  "here-document": /[\\$`]/,
  "quoted here-document": /$^/,
  comment: /\n/,
};

/** The quoting at an offset of a script, as far as it can be told without running it. */
export function quotingAt(script: string, offset: number): Quoting {
  const open: ("plain" | "backticks" | Quoting)[] = ["plain"];
  let waiting: HereDocument[] = [];
  for (let at = 0; at < offset; at++) {
    const inside = open.at(-1);
    const character = script[at] ?? "";
    if (inside === "single quotes") {
      if (character === "'") open.pop();
    } else if (character === "\\") {
      at++;
    } else if (script.startsWith("$(", at)) {
      open.push("plain");
      at++;
    } else if (character === "`") {
      if (inside === "backticks") open.pop();
      else open.push("backticks");
    } else if (character === '"') {
      if (inside === "double quotes") open.pop();
      else open.push("double quotes");
    } else if (inside !== "double quotes") {
      if (character === "'") open.push("single quotes");
      if (character === "(") open.push("plain");
      if (character === ")" && open.length > 1) open.pop();
      if (character === "#" && /(^|[\s;&|(])$/.test(script.slice(0, at).slice(-1))) {
        const end = endOfLine(script, at);
        if (offset <= end) return "comment";
        at = end - 1;
      }
      const begun = character === "<" ? hereDocument(script.slice(at, at + 200)) : undefined;
      if (begun !== undefined) {
        waiting.push(begun);
        at += begun.length - 1;
      }
      if (character !== "\n" || waiting.length === 0) continue;
      for (const { word, isQuoted } of waiting) {
        const end = endOfDocument(script, at + 1, word);
        if (offset <= end) return isQuoted ? "quoted here-document" : "here-document";
        at = end;
      }
      waiting = [];
    }
  }
  const inside = open.at(-1) ?? "plain";
  return inside === "backticks" ? "plain" : inside;
}

interface HereDocument {
  /** The word that ends it. */
  readonly word: string;
  readonly isQuoted: boolean;
  /** Of its operator and word. */
  readonly length: number;
}

/** The here-document that a text begins: `<<END`, `<<-'END'`; not `<<<`, and not a shift such as `1<<2`. */
function hereDocument(text: string): HereDocument | undefined {
  const match = /^<<-?[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|(\\?)([A-Za-z_][\w-]*))/.exec(text);
  if (match === null) return undefined;
  const [whole, single, double, backslash, bare] = match;
  return {
    word: single ?? double ?? bare ?? "",
    isQuoted: bare === undefined || backslash !== "",
    length: whole.length,
  };
}

/** The offset of the line that ends a here-document; the script's end if none does. */
function endOfDocument(script: string, start: number, word: string): number {
  for (let line = start; line < script.length; line = endOfLine(script, line) + 1) {
    if (script.slice(line, endOfLine(script, line)).replace(/^\t+/, "") === word) return line + word.length;
  }
  return script.length;
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf("\n", at);
  return end < 0 ? script.length : end;
}
