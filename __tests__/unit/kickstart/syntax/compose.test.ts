import { post, rhel9, type Rhel9 } from "../../../../imports/kickstart/rhel9";
import { composeKickstart, fragment, type FragmentOptions } from "../../../../kickstart/syntax/compose";

const base: Rhel9 = {
  lang: "en_US.UTF-8",
  timezone: "UTC",
  reboot: true,
  user: [{ name: "admin" }],
  part: [{ mountpoint: "/" }, { mountpoint: "swap" }],
  packages: { environment: "minimal-environment", install: ["vim"], exclude: ["plymouth"] },
  scripts: [post("base.sh")],
};

const withSite = (site: Rhel9, options: FragmentOptions<Rhel9> = {}) =>
  composeKickstart(rhel9, fragment("base.ts", base), fragment("site.ts", site, options));

test("what may be given many times is appended in the order of the fragments", () => {
  const found = withSite({
    user: [{ name: "packer" }],
    part: [{ mountpoint: "/home" }, { mountpoint: "swap" }],
    scripts: [post("site.sh")],
    packages: { install: ["vim", "tmux"] },
  });
  expect(found.user?.map(({ name }) => name)).toEqual(["admin", "packer"]);
  expect(found.part?.map(({ mountpoint }) => mountpoint)).toEqual(["/", "swap", "/home", "swap"]);
  expect(found.scripts?.map(({ source }) => source)).toEqual(["base.sh", "site.sh"]);
  expect(found.packages).toEqual({ ...base.packages, install: ["vim", "tmux"] });
  expect(found.lang).toBe("en_US.UTF-8");
});

test("two fragments may say the same", () => {
  expect(withSite({ timezone: "UTC", user: [{ name: "admin" }] })).toEqual(base);
});

test("a later fragment may take over what it names", () => {
  const found = withSite({ timezone: "Europe/Berlin", poweroff: true }, { replaces: ["timezone", "reboot"] });
  expect(found.timezone).toBe("Europe/Berlin");
  expect(found).not.toHaveProperty("reboot");
});

describe("a clash is an error with both places", () => {
  test.each<[string, Rhel9, string]>([
    [
      "of a command given once",
      { timezone: "Europe/Berlin" },
      `timezone: fragment "base.ts" says "UTC" and fragment "site.ts" says "Europe/Berlin"`,
    ],
    [
      "of two users of one name",
      { user: [{ name: "b" }, { name: "admin", uid: 7 }] },
      `user: user[0] of fragment "base.ts" and user[1] of fragment "site.ts" both have the name "admin"`,
    ],
    ["of two mount points", { part: [{ mountpoint: "/", size: 1 }] }, `both have the mountpoint "/"`],
    [
      "of alternatives",
      { poweroff: true },
      `poweroff (fragment "site.ts") and reboot (fragment "base.ts") exclude each other`,
    ],
    [
      "of two layouts",
      { autopart: true },
      `autopart (fragment "site.ts") and part (fragment "base.ts") exclude each other`,
    ],
    [
      "of environments",
      { packages: { environment: "server" } },
      `packages.environment: fragment "base.ts" says "minimal-environment"`,
    ],
    [
      "of a package",
      { packages: { install: ["plymouth"] } },
      `fragment "site.ts" has "plymouth" in install and fragment "base.ts" in exclude`,
    ],
  ])("%s", (_, site, message) => {
    expect(() => withSite(site)).toThrow(message);
  });

  test("and so is to replace what is not there", () => {
    expect(() => withSite({ lang: "C" }, { replaces: ["keyboard"] })).toThrow(
      `fragment "site.ts" replaces keyboard, which no fragment before it gives`,
    );
  });
});
