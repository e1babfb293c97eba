import { KEYMAPS, X_LAYOUTS, X_SWITCHES } from "../facts/keyboards";
import { list, text } from "../kickstart";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";

/** Layouts that people know by another name: of the language, or of the console. */
const MEANT: Readonly<Record<string, string>> = {
  uk: "gb",
  en: "us",
  "en-us": "us",
  en_us: "us",
  english: "us",
  usa: "us",
  sv: "se",
  da: "dk",
  ja: "jp",
  cs: "cz",
  ko: "kr",
  el: "gr",
  german: "de",
  french: "fr",
};

export const keyboard: Rule = {
  code: "KS312",
  severity: "warning",
  title: "keyboard that does not exist",
  why: "The installer goes on with an unknown layout, and the system has the US one. X knows layouts by country (`gb`), the console key maps by their file (`uk`). (xkeyboard-config, rules/base.lst; kbd, keymaps)",
  remedy: "Write a name that `localectl list-x11-keymap-layouts` or `localectl list-keymaps` lists.",
  check(kickstart) {
    return kickstart.accepted("keyboard").flatMap((command): Hit[] => {
      const layouts = list(command, "x_layouts").map((layout) => layout.replace(/\s*\(.*\)\s*$/, "").trim());
      const unknown = layouts.find((layout) => !isOpen(layout) && !X_LAYOUTS.has(layout));
      const maps = [argument(command), text(command, "vc_keymap")].filter((name) => name !== "" && !isOpen(name));
      const map = maps.find((name) => !KEYMAPS.has(name) && !KEYMAPS.has(/^[^-_.]*/.exec(name)![0]));
      const keys = list(command, "switch_options").find(
        (name) => /^grp:\w+$/.test(name) && !X_SWITCHES.has(name.slice(4)),
      );
      return [
        ...(keys === undefined
          ? []
          : [{ at: command, message: `no keys ${keys} switch layouts: write one such as grp:alt_shift_toggle` }]),
        ...(unknown === undefined ? [] : [hit(command, "layout", unknown, X_LAYOUTS)]),
        ...(map === undefined ? [] : [hit(command, "key map", map, KEYMAPS)]),
      ];
    });
  },
};

function hit(at: ParsedCommand, what: string, name: string, known: ReadonlySet<string>): Hit {
  const meant = MEANT[name.toLowerCase()] ?? (known.has(name.toLowerCase()) ? name.toLowerCase() : "us");
  return { at, message: `there is no keyboard ${what} ${name}: write one such as ${meant}` };
}

/** The layout after the command's name; pykickstart keeps it if the release has it. */
function argument(command: ParsedCommand): string {
  const [first = ""] = command.args;
  return command.args.length === 1 && !first.startsWith("-") ? first : text(command, "_keyboard");
}

function isOpen(name: string): boolean {
  return /[$@{<]/.test(name);
}
