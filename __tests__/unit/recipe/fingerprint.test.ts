import { canonicalJson } from "../../../recipe/fingerprint";

describe("canonical JSON", () => {
  it("sorts keys at every depth and leaves out what is undefined", () => {
    expect(canonicalJson({ b: { d: 1, c: [2, { z: true, a: null }] }, a: undefined })).toBe(
      '{"b":{"c":[2,{"a":null,"z":true}],"d":1}}',
    );
  });

  it("escapes <, >, &, U+2028 and U+2029 as Terraform's jsonencode does", () => {
    expect(canonicalJson("<&>\u2028\u2029é")).toBe('"\\u003c\\u0026\\u003e\\u2028\\u2029é"');
  });
});
