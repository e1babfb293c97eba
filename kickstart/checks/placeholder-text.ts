import { isCryptHash, OWN_MARKER } from "./secret-text";

/** Variables that dnf itself fills in: dnf.conf(5), "Variables", and those of the distributions' own repositories. */
const DNF_VARIABLES =
  /\$\{?(?:arch|basearch|releasever(?:_major|_minor)?|uuid|stream|contentdir|infra|rltype|sigcontentdir|distrosync|product_id|awsregion|ociregion|ocidomain)\b\}?/g;

const PLACEHOLDERS = [
  /\$\{[^}]*\}?/,
  /\$\([^)]*\)?/,
  /\$[A-Za-z_]\w*/,
  /\{\{.*?\}\}/,
  /\{%.*?%\}/,
  /%\{.*?\}/,
  /<[A-Za-z][\w .-]*>/,
  /@@[^@\s]+@@/,
  /%%\w+%%/,
];

/** The first placeholder in a word of a command line, or undefined. */
export function placeholderIn(word: string): string | undefined {
  if (!/[$%{<@]/.test(word)) return undefined;
  const value = word.slice(word.startsWith("--") ? word.indexOf("=") + 1 : 0);
  if (isCryptHash(value)) return undefined;
  const rest = word.replace(new RegExp(OWN_MARKER, "g"), "").replace(DNF_VARIABLES, "");
  for (const pattern of PLACEHOLDERS) {
    const match = pattern.exec(rest);
    if (match) return match[0];
  }
  return undefined;
}
