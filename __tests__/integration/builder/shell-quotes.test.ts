import { spawnSync } from "node:child_process";
import { INTERPRETED, quotingAt, type Quoting } from "../../../builder/shell-quotes";

const MARKER = "@@secret:X@@";

/** Scripts that print the marker, and how the shell reads it there. */
const SCRIPTS: readonly [Quoting, string][] = [
  ["plain", `printf %s ${MARKER}`],
  ["plain", `a=$(printf %s ${MARKER}); printf %s "$a"`],
  ["plain", `printf %s "$(printf %s ${MARKER})"`],
  ["plain", `(printf %s ${MARKER})`],
  ["plain", `printf %s "\`printf %s ${MARKER}\`"`],
  ["single quotes", `printf %s '${MARKER}'`],
  ["single quotes", `# don't\nprintf %s '${MARKER}'`],
  ["single quotes", `: "don't" \\' a#'; '; printf %s '${MARKER}'`],
  ["single quotes", `: $((1<<2)) ; : "$(: ')')" ; printf %s '${MARKER}'`],
  ["single quotes", `cat >/dev/null <<END\nit's $(echo) here\nEND\nprintf %s '${MARKER}'`],
  ["single quotes", `cat >/dev/null <<'A' <<-B\nit's\nA\n\tit's\n\tB\nprintf %s '${MARKER}'`],
  ["single quotes", `printf %s "$(printf %s '${MARKER}')"`],
  ["double quotes", `printf %s "${MARKER}"`],
  ["double quotes", `: 'a"b'; printf %s "${MARKER}"`],
  ["double quotes", `printf %s "$(printf '%s' "${MARKER}")"`],
  ["here-document", `cat <<END\n${MARKER}\nEND`],
  ["here-document", `cat <<-END\n\t${MARKER}\n\tEND`],
  ["quoted here-document", `cat <<'END'\n${MARKER}\nEND`],
  ["quoted here-document", `cat <<"END OF IT"\n${MARKER}\nEND OF IT`],
  ["quoted here-document", `cat <<\\END; true\n${MARKER}\nEND`],
];

test.each(SCRIPTS)("a place is recognised as in %s: %j", (quoting, script) => {
  expect(quotingAt(script, script.indexOf(MARKER))).toBe(quoting);
});

test("a comment's text is not taken for the script's", () => {
  expect(quotingAt(`true # it's ${MARKER}\n`, 12)).toBe("comment");
  expect(quotingAt("echo a#b 'c", 10)).toBe("single quotes");
});

const VALUES = [
  "abc",
  "a b",
  "it's",
  'a"b',
  "a\\b",
  "a\\\\",
  "$HOME",
  "`id`",
  "a#b",
  "#a",
  "a\nb",
  "{{x}}",
  "é",
  "*",
  "~",
  "a;b",
];

test.each(SCRIPTS)("a value that is allowed in %s arrives unchanged: %j", (quoting, script) => {
  for (const value of VALUES.filter((one) => !INTERPRETED[quoting].test(one))) {
    expect([value, printed(script, value)]).toEqual([value, value]);
  }
});

test.each(SCRIPTS)("a value that is refused in %s would arrive changed: %j", (quoting, script) => {
  const refused = VALUES.filter((value) => INTERPRETED[quoting].test(value));
  expect(refused.length > 0).toBe(quoting !== "quoted here-document");
  const harmless = ["a\\b", "{{x}}", "é", "*", "~", "a#b"];
  for (const value of refused.filter((one) => !harmless.includes(one))) {
    expect(printed(script, value)).not.toBe(value);
  }
});

/** What the script prints with that value in it; undefined if it fails. */
function printed(script: string, value: string): string | undefined {
  const { stdout, status } = spawnSync("/bin/sh", ["-c", script.replace(MARKER, () => value)], { encoding: "utf8" });
  return status === 0 ? stdout.replace(/\n$/, "") : undefined;
}
