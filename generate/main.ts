import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Facts } from "./facts";
import { unexplained } from "./model";
import { printDialect } from "./print";

/** Dialects that have bindings, and pykickstart's name for each. */
export const DIALECTS: Readonly<Record<string, string>> = {
  rhel7: "RHEL7",
  rhel8: "RHEL8",
  rhel9: "RHEL9",
  rhel10: "RHEL10",
  fedora44: "F44",
  fedora45: "F45",
};

/** Reads pykickstart's tables. `python` is an interpreter that has pykickstart. */
export function readFacts(python: string): Facts {
  const arguments_ = Object.entries(DIALECTS).map(([name, version]) => `${name}=${version}`);
  const script = join(__dirname, "tables.py");
  const text = execFileSync(python, [script, ...arguments_], {
    encoding: "utf8",
    maxBuffer: 64 << 20,
    timeout: 120_000,
  });
  return JSON.parse(text) as Facts;
}

/** The bindings: file name -> text. */
export function bindings(facts: Facts): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, dialect] of Object.entries(facts.dialects)) {
    const missing = unexplained(dialect);
    if (missing.length > 0) {
      throw new Error(`${name}: no table for ${missing.join(", ")}: say in overrides.ts what they take`);
    }
    files.set(`${name}.ts`, printDialect(name, dialect, facts.pykickstart));
  }
  return files;
}

if (require.main === module) {
  const folder = join(__dirname, "..", "imports", "kickstart");
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of bindings(readFacts(process.argv[2] ?? "python3"))) writeFileSync(join(folder, file), text);
}
