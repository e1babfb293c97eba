import { lockedChecksum, parseMediaLock, publishedChecksum } from "../../../recipe/media-lock";
import { SOME_SHA256 } from "../../support/app";

const medium = { kind: "iso", url: "https://x/a.iso", checksumUrl: "https://x/SUMS" } as const;
const HEX = "ab".repeat(32);
const OTHER = "cd".repeat(32);

describe("images.lock.json", () => {
  it("gives the locked digest of a medium", () => {
    const lock = parseMediaLock(
      JSON.stringify({
        lockVersion: 1,
        media: { "https://x/a.iso": { checksumUrl: "https://x/SUMS", checksum: `sha256:${SOME_SHA256}` } },
      }),
    );
    expect(lockedChecksum(medium, lock)).toBe(`sha256:${SOME_SHA256}`);
  });

  it("says which command to run when it has no entry for the medium", () => {
    expect(() => lockedChecksum(medium, parseMediaLock(undefined))).toThrow(
      "run `npx os-images lock https://x/a.iso https://x/SUMS`",
    );
  });

  it("is refused by name when it is damaged", () => {
    expect(() => parseMediaLock("{")).toThrow(/^images.lock.json is not a media lock: .*delete it/);
    expect(() => parseMediaLock('{"lockVersion":2,"media":{}}')).toThrow(/lockVersion/);
  });
});

describe("a vendor's checksum file", () => {
  it("is read in the BSD form, among sizes and signatures", () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\n# a.iso: 1 bytes\nSHA256 (b.iso) = ${OTHER}\nSHA256 (a.iso) = ${HEX}\n`;
    expect(publishedChecksum("a.iso", text, "CHECKSUM")).toBe(`sha256:${HEX}`);
  });

  it("is read in the GNU form, text and binary, with Windows line ends", () => {
    expect(publishedChecksum("a.iso", `${OTHER}  b.iso\r\n${HEX.toUpperCase()} *a.iso\r\n`, "SUMS")).toBe(
      `sha256:${HEX}`,
    );
  });

  it("is refused when it does not list the medium", () => {
    expect(() => publishedChecksum("a.iso", `${HEX}  aa.iso\n`, "https://x/SUMS")).toThrow(
      'https://x/SUMS has no sha256 of "a.iso"',
    );
  });
});
