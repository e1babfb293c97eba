import type { Grammar } from "../syntax/grammar";
import { call, object, strings, text, value, type CallName, type Node } from "./node";
import type { ReadSection, ScriptState } from "./reading";

/** A section's place in the typed form. */
interface PlacedSection {
  readonly key: string;
  readonly many: boolean;
  readonly node: Node;
}

const SCRIPTS: Readonly<Record<string, CallName>> = {
  "%pre": "pre",
  "%pre-install": "preInstall",
  "%post": "post",
  "%onerror": "onerror",
  "%traceback": "traceback",
};

/** A section that is not `%packages` in the typed form, or undefined if that has no place for it. */
export function sectionNode(grammar: Grammar, section: ReadSection): PlacedSection | undefined {
  const script = SCRIPTS[section.name];
  if (script !== undefined && section.script !== undefined) {
    return { key: "scripts", many: true, node: scriptNode(script, section, section.script) };
  }
  if (section.name === "%addon") return addon(section);
  if (section.name === "%anaconda" && section.arguments.length === 0) {
    const lines = section.text === "" ? [] : section.text.replace(/\n$/, "").split("\n");
    return { key: "anaconda", many: false, node: strings(lines) };
  }
  return section.name === "%certificate" ? certificate(grammar, section) : undefined;
}

function scriptNode(name: CallName, section: ReadSection, state: ScriptState): Node {
  // pykickstart leaves out what a %include names, and carries white space over from a script before that was empty.
  const body = /^\s*%include\s/m.test(section.text) ? section.text : state.body;
  const source = object({
    nochroot: name === "post" && !state.inChroot ? value(true) : undefined,
    erroronfail: state.errorOnFail ? value(true) : undefined,
    interpreter: state.interpreter === "/bin/sh" ? undefined : value(state.interpreter),
    log: state.log === null ? undefined : value(state.log),
    body: text(body),
  });
  return call(name, source);
}

function addon(section: ReadSection): PlacedSection | undefined {
  const [name, ...words] = section.arguments;
  if (name === undefined) return undefined;
  const node = object({
    name: value(name),
    arguments: words.length === 0 ? undefined : strings(words),
    body: section.text === "" ? undefined : text(section.text),
  });
  return { key: "addons", many: true, node };
}

function certificate(grammar: Grammar, section: ReadSection): PlacedSection | undefined {
  const found = section.certificate;
  if (found === undefined || grammar.certificate === undefined) return undefined;
  if (found.type && !grammar.certificate.includes("type")) return undefined;
  const node = object({
    filename: value(found.filename),
    dir: found.dir ? value(found.dir) : undefined,
    type: found.type ? value(found.type) : undefined,
    source: object({ body: text(`${found.cert}\n`) }),
  });
  return { key: "certificates", many: true, node };
}
