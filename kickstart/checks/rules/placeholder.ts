import type { CheckedKickstart } from "../kickstart";
import type { Place } from "../finding";
import type { Hit, Rule } from "../rule";
import { placeholderIn } from "../markers";
import { OWN_MARKER } from "../markers";

export const placeholder: Rule = {
  code: "KS602",
  severity: "error",
  title: "placeholder left in",
  why: "pykickstart takes `$PASSWORD`, `${url}` or `<password>` for a value like any other, and the installer uses it.",
  remedy: "Give the template a value for it; the design's own markers `@@ssh_key@@` and `@@secret:NAME@@` may stay.",
  check(kickstart) {
    return [...inCommands(kickstart), ...inPackages(kickstart), ...inScripts(kickstart)];
  },
};

function inCommands(kickstart: CheckedKickstart): Hit[] {
  return kickstart.parsed.commands.flatMap((command) => {
    const found = [command.name, ...command.args].map(placeholderIn).find((hit) => hit !== undefined);
    return found === undefined ? [] : [hit(command, found)];
  });
}

function inPackages(kickstart: CheckedKickstart): Hit[] {
  return kickstart.parsed.sections
    .filter(({ name }) => name === "%packages")
    .flatMap((section) => lines(section.body, section).map(([line, at]) => [placeholderIn(line), at] as const))
    .flatMap(([found, at]) => (found === undefined ? [] : [hit(at, found)]));
}

/** In scripts `$` and `{{` have meanings of their own. */
function inScripts(kickstart: CheckedKickstart): Hit[] {
  return kickstart.scripts
    .flatMap((section) => lines(section.body, section))
    .flatMap(([line, at]) => {
      const found = /@@[A-Za-z][\w:.-]*@@/.exec(line.replace(new RegExp(OWN_MARKER, "g"), ""))?.[0];
      return found === undefined ? [] : [hit(at, found)];
    });
}

function hit(at: Place, found: string): Hit {
  return { at, message: `${found} is left in: give the template a value for it, or write the value` };
}

/** The lines of a section's body that are no comments, with their places. */
function lines(body: string, start: Place): [string, Place][] {
  return body
    .split("\n")
    .map((line, index): [string, Place] => [
      line.replace(/(^|\s)#.*/, ""),
      { file: start.file, line: start.line + 1 + index },
    ])
    .filter(([line]) => line.trim() !== "");
}
