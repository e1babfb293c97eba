import { table } from "../../../setup/table";

describe("the table of set-up", () => {
  it("shows tool, version, place and what to do, in columns", () => {
    const findings = [
      { tool: "packer", version: "1.15.0", source: "/bin/packer" },
      { tool: "zstd", remedy: "run it" },
    ];
    expect(table(findings)).toBe(
      [
        "tool    version  where        what to do",
        "packer  1.15.0   /bin/packer",
        "zstd    -        missing      run it",
      ].join("\n"),
    );
  });
});
