import { join } from "node:path";
import ts from "typescript";

const FOLDER = join(__dirname, "..", "..", "..", "imports", "kickstart");

/** What the compiler says of these kickstarts, each a literal of its dialect's type; "" where it says nothing. */
function compile(snippets: Readonly<Record<string, string>>): Record<string, string> {
  const lines: string[] = [];
  const names = Object.keys(snippets);
  for (const dialect of ["rhel7", "rhel8", "rhel9", "rhel10", "fedora45"]) {
    const type = dialect.replace(/^./, (letter) => letter.toUpperCase());
    lines.push(`import type { ${type} } from ${JSON.stringify(join(FOLDER, dialect))};`);
  }
  const first = lines.length;
  for (const [index, name] of names.entries()) {
    lines.push(`export const k${index}: ${name.split(":")[0]!} = ${snippets[name]!.replace(/\s+/g, " ")};`);
  }
  const file = join(FOLDER, "snippets.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    lib: ["lib.es5.d.ts"],
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, lines.join("\n"), ts.ScriptTarget.ES2023) : read(name, ...rest);
  const exists = host.fileExists.bind(host);
  host.fileExists = (name) => name === file || exists(name);
  const program = ts.createProgram([file], options, host);
  const said = Object.fromEntries(names.map((name) => [name, ""]));
  for (const found of program.getSemanticDiagnostics(program.getSourceFile(file))) {
    const { line } = ts.getLineAndCharacterOfPosition(found.file!, found.start!);
    said[names[line - first]!] += ts.flattenDiagnosticMessageText(found.messageText, " ");
  }
  return said;
}

test("a mistake in a typed kickstart is a compiler error, and a correct one compiles", () => {
  const said = compile({
    "Rhel9: whole": `{ lang: "en_US.UTF-8", keyboard: "us", timezone: { timezone: "UTC", utc: true }, text: true,
      network: [{ bootproto: "dhcp", hostname: "demo" }], clearpart: { all: true, initlabel: true, drives: ["vda"] },
      part: [{ mountpoint: "/", fstype: "xfs", size: 1024, grow: true }], rootpw: { lock: true },
      packages: { environment: "minimal-environment", groups: [{ module: "nodejs", stream: "20" }] }, reboot: true }`,
    "Rhel9: unknown command": `{ netwrok: [] }`,
    "Rhel9: unknown option": `{ network: [{ bootprto: "dhcp" }] }`,
    "Rhel9: removed command": `{ install: true }`,
    "Rhel8: deprecated command": `{ install: true }`,
    "Rhel7: command of a later release": `{ sshkey: [{ username: "root", key: "ssh-ed25519 A" }] }`,
    "Rhel10: removed option": `{ timezone: { timezone: "UTC", ntpservers: ["a"] } }`,
    "Rhel9: a choice that is none": `{ network: [{ bootproto: "dynamic" }] }`,
    "Rhel9: required option left out": `{ repo: [{ baseurl: "http://host/" }] }`,
    "Rhel9: a number as text": `{ part: [{ mountpoint: "/", size: "1024" }] }`,
    "Rhel9: once only": `{ lang: ["en_US.UTF-8"] }`,
    "Rhel9: clearpart all and none": `{ clearpart: { all: true, none: true } }`,
    "Rhel9: reboot and poweroff": `{ reboot: true, poweroff: true }`,
    "Rhel9: autopart and part": `{ autopart: true, part: [{ mountpoint: "/" }] }`,
    "Rhel9: two places of a repository": `{ repo: [{ name: "x", baseurl: "a", mirrorlist: "b" }] }`,
    "Rhel9: unknown option of packages": `{ packages: { nobase: true } }`,
    "Rhel7: option of packages": `{ packages: { nobase: true } }`,
    "Rhel10: a module": `{ packages: { groups: [{ module: "nodejs" }] } }`,
    "Rhel8: a certificate": `{ certificates: [] }`,
    "Fedora45: a certificate": `{ certificates: [{ filename: "a.pem", type: "anchor", source: "a.pem" }] }`,
  });
  const right = Object.keys(said).filter((name) => said[name] === "");
  expect(right).toEqual([
    "Rhel9: whole",
    "Rhel8: deprecated command",
    "Rhel7: option of packages",
    "Fedora45: a certificate",
  ]);
  expect(said["Rhel9: unknown command"]).toContain("'netwrok' does not exist");
  expect(said["Rhel9: unknown option"]).toContain("'bootprto' does not exist");
});
