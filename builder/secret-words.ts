import { parseKickstarts, findPython } from "../kickstart/checks/parser";
import type { ParsedKickstart, ParsedSection } from "../kickstart/checks/parsed";
import type { Dialect } from "../recipe/release";
import { UserError } from "../util/user-error";
import type { SecretValue } from "./secrets";
import { INTERPRETED, quotingAt } from "./shell-quotes";

/** A shell's name, as the end of a path. */
const SHELL = /(^|\/)(ba|da|k)?sh$/;

/**
 * Proves that each secret arrives in the installer as it is: Packer puts it where its marker stands, and what is special
 * there, such as a quotation mark, would make another word of it. pykickstart reads the kickstart with the markers and
 * with the values; the words must be the same. `OS_IMAGES_NO_VALIDATE=1` leaves that reading out.
 * @throws UserError that names secret and line, never the value
 */
export function requireWholeSecrets(kickstart: string, dialect: Dialect, secrets: readonly SecretValue[]): void {
  for (const { name, value } of secrets) requirePlainText(name, value);
  const used = secrets.filter(({ name }) => kickstart.includes(markerOf(name)));
  if (used.length === 0 || process.env["OS_IMAGES_NO_VALIDATE"] === "1") return;
  const texts = [kickstart, ...used.map(({ name, value }) => kickstart.replaceAll(markerOf(name), () => value))];
  const requests = texts.map((text) => ({ path: "kickstart.cfg", text, dialect }));
  const [marked, ...filled] = parseKickstarts(requests, findPython().path);
  used.forEach((secret, index) =>
    requireSameWords(secret, marked as ParsedKickstart, filled[index] as ParsedKickstart),
  );
}

function markerOf(name: string): string {
  return `@@secret:${name}@@`;
}

/** What Packer or the installer's text form cannot carry at all. */
function requirePlainText(name: string, value: string): void {
  const refuse = (what: string): never => {
    throw new UserError(`the secret "${name}" ${what}: give it another value`);
  };
  if (value.includes("\uFFFD") || value.includes("\0")) refuse("is no UTF-8 text");
  if (value !== value.normalize("NFC"))
    refuse("is not in Unicode's composed form (NFC), to which Packer would change it");
  if (/@@(secret:\w+|ssh_key)@@/.test(value)) refuse("holds a marker, which would be replaced in turn");
}

function requireSameWords({ name, value }: SecretValue, marked: ParsedKickstart, filled: ParsedKickstart): void {
  const fill = (text: string): string => text.replaceAll(markerOf(name), () => value);
  const words = ({ name: command, args }: { readonly name: string; readonly args: readonly string[] }): string =>
    JSON.stringify([command, ...args].map(fill));

  const command = marked.commands.find((one, index) => {
    const other = filled.commands[index];
    return other === undefined || words(one) !== words(other);
  });
  if (command !== undefined) throw otherWord(name, command.line);
  for (const [index, section] of marked.sections.entries()) {
    const other = filled.sections[index];
    if (other === undefined || words(section) !== words(other)) throw otherWord(name, section.line);
    if (fill(section.body) !== other.body || !other.closed) {
      throw new UserError(
        `the secret "${name}" would end the section of line ${section.line} of the kickstart, which it stands in: ` +
          "give it another value",
      );
    }
    if (isShellScript(section)) requireLiteral(name, value, section);
  }
  const extra = filled.commands[marked.commands.length];
  if (extra !== undefined) throw otherWord(name, extra.line);
}

function otherWord(name: string, line: number): UserError {
  return new UserError(
    `the secret "${name}" would become another word in line ${line} of the kickstart: between double quotes it must ` +
      "not have \" or \\, between single quotes no ', outside of quotes no space, quote, \\ or # at all, and nowhere a " +
      "line end; give it another value, or the marker other quotes",
  );
}

function isShellScript({ name, args }: ParsedSection): boolean {
  if (!/^%(pre|pre-install|post|onerror|traceback)$/.test(name)) return false;
  const at = args.findIndex((word) => word.startsWith("--interpreter"));
  return at < 0 || SHELL.test(args[at]?.split("=")[1] ?? args[at + 1] ?? "");
}

/** Other interpreters' quoting is not known here. */
function requireLiteral(name: string, value: string, { body, line }: ParsedSection): void {
  const marker = markerOf(name);
  for (let at = body.indexOf(marker); at >= 0; at = body.indexOf(marker, at + 1)) {
    const quoting = quotingAt(body, at);
    if (!INTERPRETED[quoting].test(value)) continue;
    const place = line + body.slice(0, at + 1).split("\n").length;
    throw new UserError(
      `the secret "${name}" has characters that the shell interprets in line ${place} of the kickstart ` +
        `(${quoting === "plain" ? "no quotes" : quoting}): write its marker between single quotes, or in a ` +
        "here-document that begins with <<'END'",
    );
  }
}
