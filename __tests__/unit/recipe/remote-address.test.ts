import { parseAddress } from "../../../recipe/remote-address";

test.each([
  ["s3://team", { bucket: "team", prefix: "" }],
  ["s3://team/", { bucket: "team", prefix: "" }],
  ["s3://team/images/el9", { bucket: "team", prefix: "images/el9" }],
  [
    "s3://team/x?endpoint=http://127.0.0.1:9000&region=eu-1",
    { bucket: "team", prefix: "x", endpoint: "http://127.0.0.1:9000", region: "eu-1" },
  ],
])("%s is an address", (text, address) => {
  expect(parseAddress(text)).toEqual({ kind: "s3", ...address });
});

test.each([
  ["team/images", /no address that is known: write s3:/],
  ["http://team/images", /no address that is known/],
  ["s3:///images", /names no bucket/],
  ["s3://Team_1/images", /names no bucket/],
  ["s3://team/a//b", /names no bucket and prefix/],
  ["s3://team/a b", /names no bucket and prefix/],
  ["s3://team/a#b", /names no bucket and prefix/],
  ["s3://team/a?acl=public", /unknown setting "acl"/],
  ["s3://team/a?endpoint=minio:9000", /endpoint is no plain http/],
])("%s is refused with what to write instead", (text, message) => {
  expect(() => parseAddress(text)).toThrow(message);
});

test("an address with credentials is refused and not repeated", () => {
  for (const text of ["s3://key:hunter2@team/x", "s3://team/x?endpoint=http://key:hunter2@host"]) {
    expect(() => parseAddress(text)).toThrow(/^(?!.*hunter2)/);
  }
});
