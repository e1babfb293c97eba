import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bindings, readFacts } from "../../../scripts/kickstart-bindings/main";
import { commandsOf, unexplained } from "../../../scripts/kickstart-bindings/model";
import { ALIASES, TABLELESS } from "../../../scripts/kickstart-bindings/overrides";
import { findTool } from "../../../host/find";

const python = findTool("python")?.path;
const testWithPython = python === undefined ? it.skip : it;
const note = python === undefined ? " (skipped: no Python with pykickstart; run npm run setup)" : "";
const folder = join(__dirname, "..", "..", "..", "imports", "kickstart");

describe("the kickstart bindings", () => {
  const facts = python === undefined ? undefined : readFacts(python);

  testWithPython(`are what the generator makes from the installed pykickstart${note}`, () => {
    const files = bindings(facts!);
    expect(readdirSync(folder).sort()).toEqual([...files.keys()].sort());
    for (const [file, text] of files) expect(readFileSync(join(folder, file), "utf8")).toBe(text);
  });

  testWithPython(`explain every command without a table${note}`, () => {
    for (const dialect of Object.values(facts!.dialects)) {
      expect(unexplained(dialect)).toEqual([]);
      const without = Object.entries(dialect.commands).filter(
        ([, item]) => !item.table && !item.removed && !item.deprecated,
      );
      for (const [name] of without) expect([...Object.keys(ALIASES), ...Object.keys(TABLELESS)]).toContain(name);
    }
  });

  testWithPython(`fail on a command without a table that nothing explains${note}`, () => {
    const rhel9 = facts!.dialects["rhel9"]!;
    const novel = { ...rhel9.commands["cdrom"]!, table: false };
    const dialects = { rhel9: { ...rhel9, commands: { ...rhel9.commands, novel } } };
    expect(() => bindings({ ...facts!, dialects })).toThrow("rhel9: no table for novel");
  });

  testWithPython(`have every command and option that the release knows${note}`, () => {
    const missing: string[] = [];
    for (const [dialect, found] of Object.entries(facts!.dialects)) {
      const commands = new Map(commandsOf(found).map((command) => [command.name, command]));
      for (const [name, command] of Object.entries(found.commands)) {
        if (command.removed !== null || typeof TABLELESS[name] === "object") continue;
        const typed = commands.get(ALIASES[name] ?? name);
        const spellings = new Set(typed?.options.flatMap((option) => option.names));
        if (typed === undefined) missing.push(`${dialect} ${name}`);
        for (const option of command.options) {
          for (const spelling of option.names)
            if (!spellings.has(spelling)) missing.push(`${dialect} ${name} ${spelling}`);
        }
      }
    }
    // The parser refuses it, though the table has it.
    const refused = Object.keys(facts!.dialects).filter((dialect) => dialect !== "rhel7");
    expect(missing.sort()).toEqual(refused.map((dialect) => `${dialect} cmdline --non-interactive`).sort());
  });
});
