import { GRAMMARS } from "../../../../kickstart/convert/grammars";
import { KickstartReader } from "../../../../kickstart/convert/reader";
import { readFacts } from "../../../../scripts/kickstart-bindings/main";
import { commandsOf, type Command } from "../../../../scripts/kickstart-bindings/model";
import { toDocument } from "../../../../kickstart/convert/document";
import { evaluate } from "../../../../kickstart/convert/node";
import type { Grammar } from "../../../../kickstart/syntax/grammar";
import { renderKickstart } from "../../../../kickstart/syntax/render";
import { findTool } from "../../../../host/find";
import { randomNumbers } from "../../../support/random";
import { RandomKickstart } from "../../../support/random-kickstart";

/** Rounds over every command and option; `KICKSTART_ROUNDS=100` for a long run. */
const ROUNDS = Number(process.env["KICKSTART_ROUNDS"] ?? 1);
const SEED = Number(process.env["KICKSTART_SEED"] ?? 1);
const ATTEMPTS = 40;

const python = findTool("python")?.path;
const testWithPython = python === undefined ? it.skip : it;
const note = python === undefined ? " (skipped: no Python with pykickstart; run npm run setup)" : "";

describe("random typed kickstarts", () => {
  const facts = python === undefined ? undefined : readFacts(python);
  let reader: KickstartReader;
  beforeAll(() => {
    if (python !== undefined) reader = new KickstartReader(python);
  });
  afterAll(() => reader?.close());

  for (const grammar of Object.values(GRAMMARS)) {
    testWithPython(
      `of ${grammar.name} are read back as the same values, with every command and option${note}`,
      async () => {
        const commands = commandsOf(facts!.dialects[grammar.name]!);
        const random = new RandomKickstart(randomNumbers(SEED));
        const failures: string[] = [];
        for (let round = 0; round < ROUNDS; round++) {
          for (const command of commands) failures.push(...(await tryCommand(reader, grammar, command, random)));
        }
        expect(failures).toEqual([]);
      },
      600_000 * ROUNDS,
    );
  }
});

/** Renders the command with each of its options and compares what is read back; says what did not come out. */
async function tryCommand(
  reader: KickstartReader,
  grammar: Grammar<object>,
  command: Command,
  random: RandomKickstart,
): Promise<string[]> {
  if (command.form !== "options") return trySimple(reader, grammar, command);
  const failures: string[] = [];
  const properties = [...command.values.map((item) => item.property), ...command.options.map((item) => item.property)];
  for (const property of properties.length === 0 ? [undefined] : properties) {
    let refusal = "";
    let accepted = false;
    for (let attempt = 0; attempt < ATTEMPTS && !accepted; attempt++) {
      const entry = random.entry(command, property, [0, 0.1, 0.3][attempt % 3]!, attempt % 2 === 0);
      const given = Object.keys(entry).length === 0 ? true : entry;
      const document = { [command.name]: command.facts.many ? [entry] : given };
      const answer = await readBack(reader, grammar, document);
      if (typeof answer === "string") {
        refusal = answer;
        continue;
      }
      accepted = true;
      const back = normal(answer[command.name], command);
      if (!sameJson(back, normal(document[command.name], command))) {
        failures.push(`${command.name}: wrote ${JSON.stringify(document)}, read ${JSON.stringify(answer)}`);
      }
    }
    if (!accepted) failures.push(`${command.name} ${property ?? ""}: never accepted: ${refusal}`);
  }
  return failures;
}

async function trySimple(reader: KickstartReader, grammar: Grammar<object>, command: Command): Promise<string[]> {
  const text = command.name === "realm" ? `join --computer-ou="a b" example.com` : `--x="a b" '#c'`;
  const document = { [command.name]: command.form === "bare" ? true : text };
  const answer = await readBack(reader, grammar, document);
  return sameJson(answer, document)
    ? []
    : [`${command.name}: wrote ${JSON.stringify(document)}, read ${JSON.stringify(answer)}`];
}

/** What a document is after rendering and reading, or why pykickstart refused it. */
async function readBack(
  reader: KickstartReader,
  grammar: Grammar<object>,
  document: object,
): Promise<Record<string, unknown> | string> {
  const text = renderKickstart(grammar, document);
  const reading = await reader.read(grammar.pykickstart, text);
  if (!reading.ok) return `${reading.message} in: ${text}`;
  const found = toDocument(grammar, reading, new Set());
  return Object.fromEntries(found.members.map((member) => [member.key, evaluate(member.node)]));
}

/** One of several ways to say the same: short forms written out, what adds to a list added to it. */
function normal(value: unknown, command: Command): unknown {
  if (Array.isArray(value)) return value.map((item) => normal(item, command));
  if (typeof value === "string") return { [command.values[0]!.property]: value };
  if (typeof value !== "object" || value === null) return value;
  const entry = { ...(value as Record<string, unknown>) };
  const added = command.options.filter((option) => option.kind === "adds" && entry[option.property] === true);
  if (added.length > 0) entry["service"] = [...((entry["service"] as string[]) ?? []), ...added.map((o) => o.property)];
  for (const option of added) delete entry[option.property];
  return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
