import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Contents } from "../../../store/contents";
import { pathsOfImage } from "../../../store/layout";
import { makeStore, osImages, place, placeImage } from "../../support/fake-store";
import { demoKickstart, testMedium, writeRequest } from "../../support/request";

const CONTENTS: Contents = {
  contentsVersion: 1,
  release: { id: "debian", version: "12", title: "Debian GNU/Linux 12" },
  kernels: ["6.1.0-30-amd64"],
  packages: [{ kind: "deb", name: "curl", version: "7.88.1-10", arch: "amd64" }],
  users: [{ name: "root", uid: 0, home: "/root", shell: "/bin/bash" }],
  services: ["ssh.service"],
  ports: [{ protocol: "tcp", address: "0.0.0.0", port: 22 }],
};

const AFTER: Contents = {
  ...CONTENTS,
  packages: [
    { kind: "deb", name: "curl", version: "7.88.1-11", arch: "amd64" },
    { kind: "deb", name: "tree", version: "2.1.0-1", arch: "amd64" },
  ],
  users: [...CONTENTS.users, { name: "app", uid: 900, home: "/srv/`a|b`", shell: "/bin/sh" }],
};

const store = makeStore();
const before = placeImage(store, "demo", "a");
const after = placeImage(store, "demo", "b");

beforeAll(() => {
  const medium = testMedium({ iso: "/demo.iso", sha256: "ab".repeat(32) });
  const sides = [
    { paths: before, comment: "# old", contents: CONTENTS },
    { paths: after, comment: "# new", contents: AFTER },
  ];
  for (const { paths, comment, contents } of sides) {
    const { file, image } = writeRequest(store, { medium, kickstart: `${comment}\n${demoKickstart()}` });
    cpSync(dirname(file), join(paths.image, "recipe"), { recursive: true });
    rmSync(image, { recursive: true });
    place(join(paths.image, "contents.json"), JSON.stringify(contents));
  }
});

const diff = (...words: string[]) => osImages(store, "diff", ...words);

it("says which kickstart lines, packages and users differ, for a person", () => {
  expect(diff("demo/aaaaaaaaaaaa", "demo/bbbbbbbbbbbb").stdout).toBe(
    [
      "demo/aaaaaaaaaaaa -> demo/bbbbbbbbbbbb",
      "recipe: install",
      "  install  changed         kickstart, from line 1:",
      "                             - # old",
      "                             + # new",
      "  seal     after a change",
      "packages: 1 added, 1 updated",
      "  +  tree (amd64)             2.1.0-1",
      "  ~  curl (amd64)  7.88.1-10  7.88.1-11",
      "users: 1 added",
      "  +  app  900  /srv/`a|b`  /bin/sh",
      "services: no change",
      "ports: no change",
      "size: 6 B -> 6 B (+0 B)",
      "",
    ].join("\n"),
  );
});

it("writes Markdown in which what others wrote is code, and takes folders of images", () => {
  const { stdout } = diff(before.image, after.image, "--markdown");
  expect(stdout).toContain("### demo/aaaaaaaaaaaa → demo/bbbbbbbbbbbb\n");
  expect(stdout).toContain("| `~` | `curl (amd64)` | `7.88.1-10` | `7.88.1-11` |\n");
  expect(stdout).toContain("| `+` | `app` | `900` | `` /srv/`a\\|b` `` | `/bin/sh` |\n");
  expect(stdout).toMatch(/```\ninstall {2}changed {9}kickstart, from line 1:\n[^]*```\n/);
});

it("prints the same as JSON, and what is in one image", () => {
  expect(JSON.parse(diff("demo/aaaaaaaaaaaa", "demo/bbbbbbbbbbbb", "--json").stdout)).toMatchObject({
    contents: { packages: { updated: [{ name: "curl", from: "7.88.1-10", to: "7.88.1-11" }] } },
    recipe: [{ stage: "install", state: "changed" }, { stage: "seal" }],
  });
  const { stdout } = osImages(store, "show", "demo/bbbbbbbbbbbb", "--contents");
  expect(stdout).toMatch(/^release +Debian GNU\/Linux 12\nkernels +6\.1\.0-30-amd64\n/);
  expect(stdout).toMatch(/\nports +22\/tcp of 0\.0\.0\.0\n/);
  expect(stdout).toMatch(/\ntree +2\.1\.0-1 +amd64 +deb\n/);
});

it("says of an image of an earlier builder that it does not tell its contents, and compares the rest", () => {
  const old = placeImage(store, "old", "c");
  const { status, stdout } = diff("old", "demo/bbbbbbbbbbbb");
  expect(status).toBe(0);
  expect(stdout).toContain("old/cccccccccccc does not tell its contents");
  expect(stdout).toContain("size: 6 B -> 6 B");
  expect(osImages(store, "show", old.name, "--contents").stdout).toBe("old/cccccccccccc does not tell what is in it\n");
});

it.each([
  ["a path that is no image's folder", "/tmp", /error: \/tmp is no folder of an image: write <store>\/<name>\//],
  ["a name that the store does not have", "nothing", /error: the store .* has nothing named "nothing"/],
  ["a folder without an image", pathsOfImage(store, "demo", "d".repeat(12)).image, /is no folder of an image/],
])("refuses %s", (_, reference, reason) => {
  const { status, stderr } = diff(reference, "demo/bbbbbbbbbbbb");
  expect([status, stderr]).toEqual([2, expect.stringMatching(reason)]);
});
