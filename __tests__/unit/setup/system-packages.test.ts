import { chooseInstaller, remedy } from "../../../setup/system-packages";

describe("installing system packages", () => {
  it("is done by set-up as root, or with a sudo that asks for no password", () => {
    const root = { apt: true, root: true, sudo: false, canSudo: false };
    expect(chooseInstaller(root)).toEqual({ kind: "self", prefix: [] });
    const user = { apt: true, root: false, sudo: true, canSudo: true };
    expect(chooseInstaller(user)).toEqual({ kind: "self", prefix: ["sudo", "-n"] });
  });

  it("is one command for the user to type otherwise", () => {
    const user = chooseInstaller({ apt: true, root: false, sudo: true, canSudo: false });
    expect(remedy(["qemu-utils", "zstd"], user)).toBe(
      "system packages are missing; type: sudo apt-get install --no-install-recommends qemu-utils zstd",
    );
    const bare = chooseInstaller({ apt: true, root: false, sudo: false, canSudo: false });
    expect(remedy(["zstd"], bare)).toContain("as root: apt-get install");
  });

  it("names the packages when the machine has no apt-get", () => {
    const fedora = chooseInstaller({ apt: false, root: true, sudo: true, canSudo: true });
    expect(remedy(["qemu-utils"], fedora)).toBe("install these (Debian's names) with your package manager: qemu-utils");
  });
});
