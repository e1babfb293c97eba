import { UserError } from "../../util/user-error";

/** Where Python's `str.splitlines`, with which kickstarts are read, ends a line. */
// eslint-disable-next-line no-control-regex -- these characters are the point
export const LINE_BREAK = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/;

/** Characters that mean themselves outside of quotes to Python's shlex, which takes a kickstart's lines apart. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./~^*?!$[\]{}-]+$/;

/** Filled in later, with text that may need the quotes: `@@secret:NAME@@`, `@@ssh_key@@`, Terraform's `${...}`. */
const PLACEHOLDER = /@@|[$%]\{/;

/**
 * A word of a kickstart's line, quoted if it must be. Between double quotes only `"` and `\` are escaped: that is
 * how shlex reads them, and `$` and `` ` `` mean themselves. A Terraform reference inside stays in one piece.
 */
export function word(text: string, place: string): string {
  refuseBreaks(text, place);
  if (PLAIN.test(text) && !PLACEHOLDER.test(text)) return text;
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** @throws UserError for a text that cannot stand in one line */
export function refuseBreaks(text: string, place: string): void {
  if (LINE_BREAK.test(text) || text.includes("\0")) {
    throw new UserError(
      `${place}: a line break or NUL cannot stand in a kickstart's line; got ${JSON.stringify(text)}`,
    );
  }
}

/** An item of a list that is joined by commas; pykickstart drops empty items and the space around them. */
export function listItem(text: string, place: string): string {
  if (text.trim() !== text || text === "" || text.includes(",")) {
    throw new UserError(
      `${place}: an item cannot be empty, hold a comma or have space around it; got ${JSON.stringify(text)}`,
    );
  }
  return text;
}

/**
 * The body of a section, ending in a line break. Throws if a line would end it, or open another section: a
 * kickstart has no way to write that.
 */
export function sectionBody(text: string, place: string): string {
  const lines = text.split(LINE_BREAK);
  for (const [index, line] of lines.entries()) {
    const first = /^\s*(%[^\s]*)/.exec(line)?.[1];
    if (first !== undefined && RESERVED.has(first)) {
      throw new UserError(
        `${place}: line ${index + 1} begins with ${first}, which ends or opens a section of the kickstart; ` +
          `write it so that the line begins with something else`,
      );
    }
  }
  if (text.includes("\0")) throw new UserError(`${place}: a NUL cannot stand in a kickstart`);
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** First words that the parser does not hand to the section that it is in. `%include` is read by it, on purpose. */
const RESERVED: ReadonlySet<string> = new Set([
  "%end",
  "%packages",
  "%pre",
  "%pre-install",
  "%post",
  "%onerror",
  "%traceback",
  "%addon",
  "%anaconda",
  "%certificate",
]);
