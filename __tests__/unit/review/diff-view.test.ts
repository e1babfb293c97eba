import { diffView } from "../../../review/diff-view";

/** The cells of each row, without markup. */
function rowsOf(before: string, after: string): string[] {
  const { markup } = diffView({ file: "kickstart.cfg", before, after });
  const rows = markup.split("<tr>").slice(1);
  return rows.map((row) => [...row.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell = ""]) => cell).join("|"));
}

describe("diffView", () => {
  it("puts a changed line beside its new form, with the numbers of both", () => {
    expect(rowsOf("a\nb\nc\n", "a\nB\nc\n")).toEqual(["1|a|1|a", "2|b|2|B", "3|c|3|c"]);
  });

  it("leaves a side empty when lines were added or removed", () => {
    expect(rowsOf("a\n", "a\nb\n")[1]).toBe("||2|b");
    expect(rowsOf("a\nb\n", "a\n")[1]).toBe("2|b||");
  });

  it("shows three unchanged lines around a change and leaves out the rest", () => {
    const lines = (middle: string): string =>
      [
        ...Array.from({ length: 9 }, (_, i) => `line ${i}`),
        middle,
        ...Array.from({ length: 9 }, (_, i) => `end ${i}`),
      ].join("\n");
    const rows = rowsOf(lines("old"), lines("new"));
    expect(rows.filter((row) => row.includes("⋮"))).toHaveLength(2);
    expect(rows.filter((row) => row.includes("line"))).toHaveLength(3);
  });

  it("escapes what a kickstart holds", () => {
    expect(diffView({ file: "k", before: "", after: "<script>alert(1)</script>" }).markup).not.toContain("<script>");
  });

  it("says that too much has changed when a comparison would take seconds", () => {
    const many = (word: string): string => Array.from({ length: 1500 }, (_, i) => `${word} ${i}\n`).join("");
    expect(diffView({ file: "kickstart.cfg", before: many("a"), after: many("b") }).markup).toMatch(
      /too much has changed/,
    );
  });
});
