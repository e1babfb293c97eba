import { requireWholeSecrets } from "../../../builder/secret-words";

const ANYTHING = "lang en_US.UTF-8\n";
const NOT_A_WORD = /the secret "X" would become another word in line 2 of the kickstart: between double quotes/;
const NOT_LITERAL = /the secret "X" has characters that the shell interprets in line 3 of the kickstart \(/;

function prove(place: string, value: string, more: readonly { name: string; value: string }[] = []): void {
  requireWholeSecrets(`${ANYTHING}${place}`, "rhel9", [{ name: "X", value }, ...more]);
}

const post = (line: string, options = ""): string => `%post${options}\n${line}\n%end\n`;

describe("a secret that arrives as it is", () => {
  it.each([
    ["in double quotes", 'rootpw --plaintext "@@secret:X@@"', "a b#c'd{{e}}$f`g`é"],
    ["in single quotes", "rootpw --plaintext '@@secret:X@@'", 'a"b\\c d#e'],
    ["without quotes", "rootpw --plaintext @@secret:X@@", "a{{b$c!d"],
    ["as a part of a word", "user --name=a --plaintext --password=@@secret:X@@", "abc=d"],
    ["twice in a line", "user --name=a --password=@@secret:X@@ --gecos='@@secret:X@@'", "abc"],
    ["in a script's single quotes", post("echo '@@secret:X@@' | passwd --stdin root"), 'a"b\\c$d`e`'],
    [
      "in a here-document, several lines long",
      post("cat > /key <<'E'\n@@secret:X@@\nE"),
      "-----BEGIN\nab\"c\\d'\n-----END",
    ],
    ["in a script of another language", post("print('@@secret:X@@')", " --interpreter=/usr/bin/python3"), 'a"b'],
    ["nowhere in the kickstart", "text", 'a"b\\c'],
  ])("goes through: %s", (_, place, value) => {
    expect(() => prove(place, value)).not.toThrow();
  });
});

describe("a secret that would arrive as something else is refused before anything starts", () => {
  it.each([
    ["a quotation mark in double quotes", 'rootpw --plaintext "@@secret:X@@"', 'a"b"c', NOT_A_WORD],
    ["a single quotation mark in double quotes that end", 'rootpw --plaintext "@@secret:X@@"', 'a"b', NOT_A_WORD],
    ["a backslash before a backslash", 'rootpw --plaintext "@@secret:X@@"', "a\\\\b", NOT_A_WORD],
    ["a backslash at the end", 'rootpw --plaintext "@@secret:X@@"', "a\\", NOT_A_WORD],
    ["a backslash without quotes", "rootpw --plaintext @@secret:X@@", "a\\b", NOT_A_WORD],
    ["a space without quotes", "rootpw --plaintext @@secret:X@@", "a --lock", NOT_A_WORD],
    ["a comment without quotes", "rootpw --plaintext @@secret:X@@", "a#b", NOT_A_WORD],
    ["a line end", 'rootpw --plaintext "@@secret:X@@"', "a\nreboot", NOT_A_WORD],
    ["an apostrophe in single quotes", "rootpw --plaintext '@@secret:X@@'", "it's", NOT_A_WORD],
    ["a dollar in a script's double quotes", post('echo "@@secret:X@@"'), "a$b", NOT_LITERAL],
    ["a quotation mark in a script's double quotes", post('echo "@@secret:X@@"'), 'a"b', NOT_LITERAL],
    ["a space in a script, without quotes", post("echo @@secret:X@@"), "a b", NOT_LITERAL],
    [
      "a command in a script's here-document",
      post("cat <<E; true\n@@secret:X@@\nE").replace("<<E; true\n", "<<E\n"),
      "`id`",
      /line 4/,
    ],
    ["an end of its section", post("cat <<'E'\n@@secret:X@@\nE"), "a\n%end\nreboot", /would end the section of line 2/],
  ])("%s", (_, place, value, message) => {
    expect(() => prove(place, value)).toThrow(message);
  });

  it.each([
    ["bytes that are no text", "a\uFFFDb", /"X" is no UTF-8 text/],
    ["a zero", "a\0b", /"X" is no UTF-8 text/],
    ["a decomposed letter", "cafe\u0301", /"X" is not in Unicode's composed form \(NFC\)/],
    ["another secret's marker", "@@secret:Y@@", /"X" holds a marker/],
    ["the key's marker", "@@ssh_key@@", /"X" holds a marker/],
  ])("%s, wherever it stands", (_, value, message) => {
    expect(() => prove("text", value)).toThrow(message);
  });

  it("is never shown", () => {
    const value = 'hunter2"';
    expect(() => prove('rootpw "@@secret:X@@"', value)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter2") as unknown }) as Error,
    );
  });

  it("is named among others that are sound", () => {
    const place = 'rootpw "@@secret:X@@"\nuser --name=a --password=@@secret:Y@@';
    expect(() => prove(place, "sound", [{ name: "Y", value: "a b" }])).toThrow(
      /the secret "Y" would become .* in line 3/,
    );
  });
});
