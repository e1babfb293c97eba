import { mirrors } from "../../../../setup/demo-installer/mirrors";

const PUBLIC = { debian: "http://deb.debian.org/debian", security: "http://deb.debian.org/debian-security" };

describe("the mirrors of the demo installer's packages", () => {
  it("are those from which this machine gets the same release", () => {
    const configured = [
      "https://tools.example.test/ bookworm main Tools",
      "http://near.example.test/debian/ bookworm-updates main Debian",
      "http://near.example.test/debian/ bookworm main Debian",
      "http://near.example.test/security/ bookworm-security main Debian",
    ].join("\n");
    const near = { debian: "http://near.example.test/debian", security: "http://near.example.test/security" };
    expect(mirrors({}, configured)).toEqual(near);
  });

  it.each([
    ["there is no apt, or it has no lists", ""],
    ["the machine's release is another", "http://near.example.test/debian/ trixie main Debian"],
    ["the machine's is no network address", "file:/srv/debian/ bookworm main Debian"],
    ["a password is in the address", "http://me:secret@near.example.test/debian/ bookworm main Debian"],
  ])("are Debian's public ones when %s", (_, configured) => {
    expect(mirrors({}, configured)).toEqual(PUBLIC);
  });

  it("are those that the environment names, before all others", () => {
    const configured = "http://near.example.test/debian/ bookworm main Debian";
    const named = { OS_IMAGES_DEBIAN_MIRROR: "http://own.example.test/debian" };
    expect(mirrors(named, configured)).toEqual({ ...PUBLIC, debian: "http://own.example.test/debian" });
  });
});
