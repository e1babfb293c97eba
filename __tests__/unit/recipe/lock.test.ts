import { lockedChecksum, parseLock } from "../../../recipe/lock";
import { InstallMedium } from "../../../recipe/medium";
import { SOME_SHA256 } from "../../support/app";

const medium = InstallMedium.iso({ url: "https://x/a.iso", checksumUrl: "https://x/SUMS" });

describe("images.lock.json", () => {
  it("gives the digest that was locked", () => {
    const lock = parseLock(
      JSON.stringify({
        lockVersion: 1,
        media: { "https://x/a.iso": { checksumUrl: "https://x/SUMS", checksum: `sha256:${SOME_SHA256}` } },
      }),
      "images.lock.json",
    );
    expect(lockedChecksum(medium, lock)).toBe(`sha256:${SOME_SHA256}`);
  });

  it("without an entry says which command to run", () => {
    expect(() => lockedChecksum(medium, { lockVersion: 1, media: {} })).toThrow(
      "run `npx os-images lock https://x/a.iso https://x/SUMS`",
    );
  });

  it("that is damaged is refused by name", () => {
    expect(() => parseLock("{", "images.lock.json")).toThrow(/^images.lock.json is not a lock file: .*delete it/);
    expect(() => parseLock('{"lockVersion":2,"media":{}}', "images.lock.json")).toThrow(/lockVersion/);
  });
});

describe("an ISO", () => {
  it("without a checksum is refused", () => {
    expect(() => InstallMedium.iso({ url: "/a.iso" })).toThrow('iso "/a.iso" has no checksum: write checksum:');
  });

  it.each(["", "abc", `sha1:${SOME_SHA256}`, SOME_SHA256, `sha256:${SOME_SHA256.toUpperCase()}`])(
    "with the checksum %j is refused, and the message quotes it",
    (checksum) => {
      expect(() => InstallMedium.iso({ url: "/a.iso", checksum })).toThrow(`checksum "${checksum}" of iso "/a.iso"`);
    },
  );
});
