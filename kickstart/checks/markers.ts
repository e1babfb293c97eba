/** A marker that the build replaces by a secret's value, or the build's key. */
export const OWN_MARKER = /@@(?:secret:[A-Za-z0-9_.-]+|ssh_key)@@/;

/** Whether a value is, or holds, a marker of a secret. */
export function isMarker(value: string): boolean {
  return OWN_MARKER.test(value);
}

/** Whether a value is a password's hash as crypt(5) describes them, or a locked one. */
export function isCryptHash(value: string): boolean {
  return (
    /^!?\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1)\$/.test(value) || /^[!*]+$/.test(value) || /^grub\.pbkdf2\./.test(value)
  );
}

/** Whether a hash of MD5, SHA-256, SHA-512 or yescrypt has another length than these have (crypt(5)). */
export function isCutHash(value: string): boolean {
  const match = /^!?\$(1|5|6|y)\$(?:rounds=\d+\$)?(?:.*\$)?([./0-9A-Za-z]*)$/.exec(value);
  const length = { "1": 22, "5": 43, "6": 86, y: 43 }[match?.[1] ?? ""];
  return match !== null && match[2]!.length !== length;
}

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
