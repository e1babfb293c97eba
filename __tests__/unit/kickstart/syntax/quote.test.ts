import { listItem, sectionBody, word } from "../../../../kickstart/syntax/quote";

describe("a word of a line", () => {
  test.each([
    ["sda", "sda"],
    ["$6$salt$hash/.x", "$6$salt$hash/.x"],
    ["http://host/a?b=c&d", `"http://host/a?b=c&d"`],
    ["two words", `"two words"`],
    [`say "hi"`, `"say \\"hi\\""`],
    ["it's", `"it's"`],
    ["C:\\dir", `"C:\\\\dir"`],
    ["a#b", `"a#b"`],
    ["naïve", `"naïve"`],
    ["", `""`],
  ])("%j is written %s", (text, written) => {
    expect(word(text, "x")).toBe(written);
  });

  test("a marker and a Terraform reference are quoted and stay whole, so that what replaces them may hold spaces", () => {
    expect(word("@@ssh_key@@", "x")).toBe(`"@@ssh_key@@"`);
    expect(word("${TfToken[TOKEN.5]}", "x")).toBe(`"\${TfToken[TOKEN.5]}"`);
    expect(word("a-${TfToken[TOKEN.5]}-b", "x")).toBe(`"a-\${TfToken[TOKEN.5]}-b"`);
  });

  test.each(["a\nb", "a\rb", "a\u2028b", "a\u0085b", "a\fb", "a\0b"])("%j cannot stand in a line", (text) => {
    expect(() => word(text, "part[0].label")).toThrow(/^part\[0\]\.label: a line break or NUL cannot stand/);
  });
});

test("an item of a list cannot hold what pykickstart takes for the list's own", () => {
  expect(listItem("a b", "x")).toBe("a b");
  for (const item of ["a,b", " a", "a ", ""]) expect(() => listItem(item, "x[1]")).toThrow(/^x\[1\]: an item cannot/);
});

describe("the body of a section", () => {
  test("is kept as it is, with a line break at its end", () => {
    expect(sectionBody('#!/bin/bash\necho "$x" %foo\n\t%bar baz', "x")).toBe(
      '#!/bin/bash\necho "$x" %foo\n\t%bar baz\n',
    );
    expect(sectionBody("%include /tmp/more\n", "x")).toBe("%include /tmp/more\n");
    expect(sectionBody("", "x")).toBe("");
  });

  test.each(["%end", "  %end", "%post", "%packages --nobase", "a\u2028%end"])(
    "a line such as %j is an error",
    (line) => {
      expect(() => sectionBody(`echo 1\n${line}\n`, "scripts[0]")).toThrow(/^scripts\[0\]: line [23] begins with %/);
    },
  );

  test("a line that only looks like the end of a section is kept", () => {
    expect(sectionBody("%endless\n%posts\n", "x")).toBe("%endless\n%posts\n");
  });
});
