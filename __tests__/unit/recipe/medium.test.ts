import { InstallMedium, packerDefault, packerPath, placeOf } from "../../../recipe/medium";
import { SOME_SHA256 } from "../../support/app";

const checksum = `sha256:${SOME_SHA256}`;

describe("an ISO", () => {
  it("is refused without a checksum", () => {
    expect(() => InstallMedium.iso({ url: "/a.iso" })).toThrow('iso "/a.iso" has no checksum: write checksum:');
  });

  it.each(["", "abc", `sha1:${SOME_SHA256}`, SOME_SHA256, `sha256:${SOME_SHA256.toUpperCase()}`])(
    "with the checksum %j is refused, and the message quotes it",
    (checksum) => {
      expect(() => InstallMedium.iso({ url: "/a.iso", checksum })).toThrow(`checksum "${checksum}" of iso "/a.iso"`);
    },
  );

  it.each([
    ["", "is no medium"],
    [
      "ftp://vendor.example/a.iso",
      "is no medium: write a path, or a URL that begins with http://, https:// or file://",
    ],
    ["https:///a.iso", "is no medium"],
    ["/media/a,b.iso", "has a comma in its path, which QEMU cannot open: rename the file or its folder"],
    ["file:///media/a%2Cb.iso", "has a comma in its path"],
    ["file://elsewhere/a.iso", "is no file URL of this machine: write it as file:///folder/name.iso"],
    ["file:///a%2Fb.iso", "is no file URL of this machine"],
  ])("at %j is refused", (url, message) => {
    expect(() => InstallMedium.iso({ url, checksum })).toThrow(`iso "${url}" ${message}`);
  });
});

describe("the place of a medium", () => {
  it.each([
    ["https://vendor.example/a,b.iso", { kind: "server", url: "https://vendor.example/a,b.iso" }],
    ["HTTP://vendor.example/a.iso", { kind: "server", url: "HTTP://vendor.example/a.iso" }],
    ["/media/a%20b.iso", { kind: "file", path: "/media/a%20b.iso" }],
    ["media/a.iso", { kind: "file", path: "media/a.iso" }],
    ["file:///media/a%20b%25.iso", { kind: "file", path: "/media/a b%.iso" }],
    ["file://localhost/media/a.iso", { kind: "file", path: "/media/a.iso" }],
  ])("of %j is %j", (url, place) => {
    expect(placeOf(url)).toEqual(place);
  });
});

describe("a medium's path for Packer", () => {
  it("is unchanged when it has no character that is special in a URL or a template", () => {
    const path = "/media/Rocky-9.6_x86_64~1/a&b=c;d:e@f+g$h.iso";
    expect(packerPath(path)).toBe(path);
  });

  it("is escaped when it has special characters", () => {
    expect(packerPath("/a b/100%/x#1?{{y}}/ü'(!).iso")).toBe(
      "/a%20b/100%25/x%231%3F%7B%7By%7D%7D/%C3%BC%27%28%21%29.iso",
    );
  });

  it("is the template's default unless it is relative", () => {
    expect(packerDefault("file:///a%20b.iso")).toBe("/a%20b.iso");
    expect(packerDefault("https://x/a.iso")).toBe("https://x/a.iso");
    expect(packerDefault("${var.iso_url}")).toBe("${var.iso_url}");
    expect(packerDefault("media/a.iso")).toBeUndefined();
  });
});
