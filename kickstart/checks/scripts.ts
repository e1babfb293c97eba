import type { CheckedKickstart } from "./kickstart";
import type { Place } from "./finding";
import type { ParsedSection } from "./parsed";

/** A command line of a script. */
export interface ScriptLine extends Place {
  readonly script: ParsedSection;
  /** Without comment; lines that a backslash continues are one. */
  readonly content: string;
}

/** The command lines of shell scripts of the installation, here-documents left out; not of those for a failure. */
export function scriptLines(kickstart: CheckedKickstart): ScriptLine[] {
  return kickstart.scripts
    .filter((script) => isShell(script) && !/^%(onerror|traceback)$/.test(script.name))
    .flatMap(linesOf);
}

/** Whether a script runs in the installed system, rather than in the installer. */
export function isInstalled({ name, args }: ParsedSection): boolean {
  return name === "%post" && !args.includes("--nochroot");
}

/** The value of an option in a section's header. */
export function headerValue({ args }: ParsedSection, option: string): string | undefined {
  const index = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const arg = args[index];
  return arg === undefined ? undefined : arg.includes("=") ? arg.slice(arg.indexOf("=") + 1) : args[index + 1];
}

function isShell(script: ParsedSection): boolean {
  const interpreter = headerValue(script, "--interpreter");
  return interpreter === undefined || /(^|\/)(ba)?sh$/.test(interpreter);
}

function linesOf(script: ParsedSection): ScriptLine[] {
  const lines: ScriptLine[] = [];
  const ends: string[] = [];
  let continued = "";
  script.body.split("\n").forEach((content, index) => {
    if (ends.length > 0) {
      if (content.trim() === ends[0]) ends.shift();
      return;
    }
    const line = continued + content.replace(/(^|\s)#.*/, "");
    continued = "";
    if (/\\$/.test(content) && !/^\s*#/.test(content)) {
      continued = `${line.slice(0, -1)} `;
      return;
    }
    for (const match of line.matchAll(/(?<!<)<<-?\s*(["']?)(\w+)\1/g)) ends.push(match[2]!);
    if (line.trim() !== "")
      lines.push({ script, content: line.trim(), file: script.file, line: script.line + 1 + index });
  });
  return lines;
}
