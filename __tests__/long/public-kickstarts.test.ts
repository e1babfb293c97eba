import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { FixtureProps } from "../support/fixture-app";
import { Project } from "../support/project";
import { demoMedium } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(1_200_000);

const ROOT = join(__dirname, "..", "..");
const SOURCE = "liveimg --url=file:///run/install/repo/rootfs.tar\n";
const RHEL8 = "demo.dialect=RHEL8 inst.text inst.ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/${var.http_path}ks.cfg";

const folder = temporaryFolder("public-kickstarts");
const store = join(folder, "store");

/** A kickstart of another project, with nothing but the demo installer's source set in it. */
function kickstartOf(name: string, source: RegExp): string {
  const text = readFileSync(join(ROOT, "__tests__", "data", "public", name), "utf8");
  const own = text.replace(source, SOURCE);
  if (own === text) throw new Error(`${name} has no place for its source`);
  return own;
}

/** Deploys it as a user would; gives what Terraform printed. */
function deploy(kickstart: FixtureProps["kickstart"]): string {
  const { iso: url, sha256 } = demoMedium();
  const project = new Project();
  project.synth({
    kickstart,
    store,
    dialect: "rhel8",
    iso: { url, checksum: `sha256:${sha256}` },
    image: {
      diskSize: "2G",
      memoryMiB: 1024,
      bootWaitSeconds: 15,
      bootCommand: ["<up><tab>", ` ${RHEL8} console=tty0 console=ttyS0,115200`, "<enter>"],
    },
  });
  return project.apply("fixture");
}

/** The fingerprints of the images in the store. */
function images(): string[] {
  return readdirSync(join(store, "fixture")).filter((name) =>
    existsSync(join(store, "fixture", name, "manifest.json")),
  );
}

/** The root folder of the newest image, which was not in the store before. */
function rootOf(before: readonly string[]): (path: string) => string {
  const [fresh = ""] = images().filter((name) => !before.includes(name));
  const root = join(folder, fresh);
  copyOut(join(store, "fixture", fresh, "fixture.qcow2"), root);
  return (path) => readFileSync(join(root, path), "utf8");
}

describe("a public kickstart that nobody wrote for os-images", () => {
  const bento = kickstartOf("bento-8ks.cfg", /^/);
  const file = join(folder, "bento.cfg");
  writeFileSync(file, bento);

  it("builds from its file, with its user and rule and without the build's", () => {
    expect(deploy({ file })).toMatch(/Apply complete/);
    const read = rootOf([]);
    expect(read("/etc/sudoers.d/vagrant")).toMatch(/^%vagrant ALL=\(ALL\) NOPASSWD: ALL$/m);
    expect(read("/etc/systemd/network/99-dhcp-all.network")).toContain("DHCP=yes");
    expect(read("/etc/passwd")).toMatch(/^vagrant:/m);
    expect(read("/etc/passwd")).not.toMatch(/^packer:/m);
  });

  it("is the same image as a text and as a template, for which nothing is built", () => {
    for (const kickstart of [{ text: bento }, { template: file, variables: {} }]) {
      expect(deploy(kickstart)).toMatch(/image fixture [0-9a-f]{12} is there/);
    }
    expect(images()).toHaveLength(1);
  });

  it("builds in its typed form, as os-images convert prints it", () => {
    const types = ["--module", join(ROOT, "imports", "kickstart", "rhel8")];
    const words = [join(ROOT, "bin", "os-images.js"), "convert", file, "--release", "rocky8", ...types];
    const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
    const typed = join(folder, "bento.ts");
    writeFileSync(typed, stdout);
    const before = images();
    expect(deploy({ typed })).toMatch(/Apply complete/);
    expect(rootOf(before)("/etc/sudoers.d/vagrant")).toMatch(/^%vagrant ALL=\(ALL\) NOPASSWD: ALL$/m);
  });

  it("builds with commands that later releases removed, and scripts that fail without a network", () => {
    const before = images();
    expect(deploy({ text: kickstartOf("packer-boxes-rockylinux8.cfg", /^cdrom\n/m) })).toMatch(/Apply complete/);
    expect(rootOf(before)("/etc/sudoers.d/vagrant")).toMatch(/^vagrant +ALL=\(ALL\) +NOPASSWD: ALL$/m);
  });
});
