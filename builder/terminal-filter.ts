/** Longest control sequence that is passed on, in characters; tmux and text-mode installers need about 12. */
const LONGEST_SEQUENCE = 32;

/** After so many characters, a string (a window title, say) that is not ended counts as ended. */
const LONGEST_STRING = 1024;

/** Control sequences that move the cursor, erase, insert, delete, scroll or save: the final character of each (ECMA-48). */
const FINALS = "ABCDEFGHJKLMPSTX@`abdefrsu";

/** Private modes that change what is on the screen: origin, wrap, cursor, and the alternate screens. */
const MODES = /^\[\?(?:6|7|25|47|1047|1049)[hl]$/;

/** Largest number in a sequence: the screen has no more columns. */
const LARGEST = 80;

/** Largest number of lines to insert, delete or scroll by: the screen has no more. Each costs the terminal time. */
const MOST_LINES = 24;
const LINES = "LMST";

const ESCAPE = "\x1b";
const BELL = "\x07";
/** Both end every sequence. */
const CANCEL = "\x18";
const SUBSTITUTE = "\x1a";

type State = "text" | "escape" | "sequence" | "charset" | "string" | "string escape";

/**
 * Passes on what places text on a screen, and drops the rest of what a terminal understands: colours, titles, reports,
 * C1 controls, and marks that pile up in one cell. What a guest sends can then cost the terminal neither much memory nor
 * much time: sequences are short, and their numbers small. The work is linear, and state is kept between two calls.
 */
export class TerminalFilter {
  private state: State = "text";
  private sequence = "";
  private stringLength = 0;

  text(input: string): string {
    let output = "";
    for (const character of input.replace(/[\p{M}\p{Cf}\u0080-\u009f]/gu, "")) output += this.next(character);
    return output;
  }

  private next(character: string): string {
    if (character === CANCEL || character === SUBSTITUTE) return this.enter("text");
    if (character === ESCAPE) return this.enter(this.state === "string" ? "string escape" : "escape");
    switch (this.state) {
      case "text":
        return isText(character) ? character : "";
      case "escape":
        return this.afterEscape(character);
      case "sequence":
        return this.inSequence(character);
      case "charset":
        return this.enter("text");
      case "string":
        return character === BELL || ++this.stringLength > LONGEST_STRING ? this.enter("text") : "";
      case "string escape":
        return character === "\\" ? this.enter("text") : this.afterEscape(character);
    }
  }

  private afterEscape(character: string): string {
    if (character === "[") return this.enter("sequence");
    if ("]P_^X".includes(character)) return this.enter("string");
    if ("()*+-./#% ".includes(character)) return this.enter("charset");
    this.enter("text");
    return "78DEMc".includes(character) ? `\x1b${character}` : "";
  }

  private inSequence(character: string): string {
    // A control character within a sequence is carried out at once.
    if (character < " ") return isText(character) ? character : "";
    this.sequence += character;
    if (character >= "@" && character <= "~") {
      const sequence = this.sequence;
      this.enter("text");
      return passed(sequence);
    }
    return this.sequence.length > LONGEST_SEQUENCE || character > "~" ? this.enter("text") : "";
  }

  private enter(state: State): "" {
    this.state = state;
    this.sequence = state === "sequence" ? "[" : "";
    if (state === "string") this.stringLength = 0;
    return "";
  }
}

function passed(sequence: string): string {
  if (MODES.test(sequence)) return `\x1b${sequence}`;
  if (!FINALS.includes(sequence.slice(-1)) || !/^\[[\d;]*.$/.test(sequence)) return "";
  const most = LINES.includes(sequence.slice(-1)) ? MOST_LINES : LARGEST;
  return `\x1b${sequence.replace(/\d+/g, (digits) => String(Math.min(Number(digits), most)))}`;
}

/** Printable characters, and the controls that move the cursor: backspace, tab, line feed, carriage return. */
function isText(character: string): boolean {
  return character >= " " ? character !== "\x7f" : "\b\t\n\r".includes(character);
}
