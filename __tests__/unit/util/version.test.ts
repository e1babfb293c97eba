import { atLeast, compareVersions } from "../../../util/version";

describe("versions", () => {
  it("are compared number by number", () => {
    expect(atLeast("1.15.0", "1.9.0")).toBe(true);
    expect(atLeast("1.6.6", "1.9.0")).toBe(false);
  });

  it("may leave out their last numbers", () => {
    expect(compareVersions("3.78", "3.78.0")).toBe(0);
    expect(atLeast("3.78.1", "3.78")).toBe(true);
  });

  it("are found in the text that a tool prints", () => {
    expect(atLeast("go1.26.8", "1.26.6")).toBe(true);
    expect(atLeast("", "1.0")).toBe(false);
  });
});
