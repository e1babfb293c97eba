import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../host/find";
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

/** Terraform's bindings first, if there are any: `cdktf get --force` empties the folder that ours are in. */
function terraformBindings(root: string): void {
  const { terraformProviders = [], terraformModules = [] } = JSON.parse(
    readFileSync(join(root, "cdktf.json"), "utf8"),
  ) as { terraformProviders?: unknown[]; terraformModules?: unknown[] };
  if (terraformProviders.length + terraformModules.length === 0) return;
  const cdktf = join(root, "node_modules", ".bin", "cdktf");
  execFileSync(cdktf, ["get", "--force"], { cwd: root, stdio: "inherit" });
}

if (require.main === module) {
  const root = join(__dirname, "..", "..");
  const folder = join(root, "imports", "kickstart");
  terraformBindings(root);
  mkdirSync(folder, { recursive: true });
  const facts = readFacts(requireTool("python").path);
  for (const [file, text] of bindings(facts)) writeFileSync(join(folder, file), text);
}
