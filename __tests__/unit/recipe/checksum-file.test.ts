import { checksumOf } from "../../../recipe/checksum-file";

const HEX = "ab".repeat(32);
const OTHER = "cd".repeat(32);

describe("a vendor's checksum file", () => {
  it("is read in the BSD form, among sizes and signatures", () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\n# a.iso: 1 bytes\nSHA256 (b.iso) = ${OTHER}\nSHA256 (a.iso) = ${HEX}\n`;
    expect(checksumOf("a.iso", text, "CHECKSUM")).toBe(`sha256:${HEX}`);
  });

  it("is read in the GNU form, text and binary, with Windows line ends", () => {
    expect(checksumOf("a.iso", `${OTHER}  b.iso\r\n${HEX.toUpperCase()} *a.iso\r\n`, "SUMS")).toBe(`sha256:${HEX}`);
  });

  it("is refused where it does not list the medium", () => {
    expect(() => checksumOf("a.iso", `${HEX}  aa.iso\n`, "https://x/SUMS")).toThrow(
      'https://x/SUMS has no sha256 of "a.iso"',
    );
  });
});
