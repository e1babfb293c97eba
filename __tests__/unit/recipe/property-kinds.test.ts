import { parseDiskSize } from "../../../recipe/property-kinds";

describe("disk size", () => {
  it.each([
    ["5000M", 5000],
    ["20G", 20480],
    ["1T", 1048576],
  ])("reads %s as %d MiB", (text, mib) => {
    expect(parseDiskSize(text)).toBe(mib);
  });

  it.each(["", "G", "10", "10GB", "-1G", "1.5G", "0G", "63M", "65T", "ten"])(
    "refuses %j and says what to write",
    (text) => {
      expect(() => parseDiskSize(text)).toThrow(`diskSize "${text}" is not a size: write a number and M, G or T`);
    },
  );
});
