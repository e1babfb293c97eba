import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { copyFromMedium } from "../../builder/iso9660";
import { toolEnvironment } from "../../host/environment";
import { requireTool } from "../../host/find";
import { Login } from "../../recipe/login";
import { Provisioner } from "../../recipe/provisioner";
import { checkpointFolder, readCheckpoint } from "../../store/checkpoints";
import type { Manifest } from "../../store/manifest";
import { osImages } from "../support/fake-store";
import { differences } from "../support/image-files";
import {
  builtOn,
  demoKickstart,
  demoMedium,
  type TestImage,
  type WrittenRequest,
  writeRequest,
} from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";
import { type Ended, watchedBuild } from "../support/watched-build";

jest.setTimeout(1_800_000);

const store = temporaryFolder("base-images");
const key = join(temporaryFolder("key"), "key");
execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);

/** The golden image: its user "admin" has a key that is not the build's. */
const golden = (more: TestImage = {}): WrittenRequest =>
  writeRequest(store, { name: "golden", kickstart: demoKickstart(readFileSync(`${key}.pub`, "utf8").trim()), ...more });

const admin = Login.privateKey(key, { username: "admin" });
const write = (text: string): string => `#!/bin/sh\nset -eu\necho '${text}' > /var/lib/${text}\n`;

/** An image on the golden one. */
const web = (words: readonly string[], more: TestImage = {}, base = golden()): WrittenRequest =>
  writeRequest(store, { name: "web", medium: builtOn(base), buildLogin: admin, scripts: words.map(write), ...more });

async function built(written: WrittenRequest): Promise<Required<Pick<Ended, "manifest">> & Ended> {
  const { manifest, error, lines } = await watchedBuild(written.file);
  if (manifest === undefined) throw error ?? new Error("there is no manifest");
  return { manifest, lines };
}

const diskOf = ({ image }: WrittenRequest, { disk }: Manifest): string => join(image, disk.file);
const taken = ({ stages = [] }: Manifest): string[] =>
  stages.filter(({ checkpoint }) => checkpoint !== undefined).map(({ name }) => name);

/** The path, in the image, of each file of its first file system that is not as in the other image. */
const changedFiles = (one: string, other: string): readonly string[] => differences(one, other).differing;

/** What a start of the demo system and a use of sudo change. */
const OF_A_START = /^\/var\/(lib|log|cache)(\/|$)|^\/home\/admin\/\.sudo_as_admin_successful$/;

interface DiskInfo {
  readonly format: string;
  readonly "virtual-size": number;
  readonly "backing-filename"?: string;
}

const infoOf = (disk: string): DiskInfo =>
  JSON.parse(
    execFileSync(requireTool("qemu-img").path, ["info", "--output=json", disk], { encoding: "utf8" }),
  ) as DiskInfo;

test("an image is built on another one, stands alone, is sealed and starts; what it has more is the scripts' work", async () => {
  const base = golden();
  const { manifest: of } = await built(base);
  const written = web(["a"], { proof: "boot" });
  const { manifest, lines } = await built(written);
  expect(lines.join("\n")).toMatch(/it starts: /);
  expect(lines.join("\n")).not.toMatch(/ s {2}install\b/);
  const { fingerprint } = base.request;
  expect(manifest.source).toMatchObject({ base: { name: "golden", fingerprint, sha256: of.disk.sha256 } });
  expect(manifest.stages?.map(({ name }) => name)).toEqual(["base", "provisioner 1", "seal"]);
  expect(infoOf(diskOf(written, manifest))).not.toHaveProperty("backing-filename");
  const changed = changedFiles(diskOf(base, of), diskOf(written, manifest));
  expect(changed).toContain("/var/lib/a");
  // All else is what starting a system and using sudo changes: nothing of logs, keys or identity.
  expect(changed.filter((path) => !OF_A_START.test(path))).toEqual([]);
  const shown = [osImages(store, "show", "web").stdout, osImages(store, "show", "golden").stdout];
  expect(shown[0]).toMatch(new RegExp(`\\nbuilt on +golden/${fingerprint.slice(0, 12)}\\n`));
  expect(shown[1]).toMatch(/\nbuilt on it +web\/[0-9a-f]{12}\n/);
});

test("a later build goes on from its last unchanged provisioner, and not past another base", async () => {
  const { manifest: first } = await built(web(["a", "b"]));
  expect(taken(first)).toEqual(["base", "provisioner 1"]);
  const { manifest, lines } = await built(web(["a", "b", "c"]));
  expect(lines.join("\n")).toMatch(/provisioner 2: from the checkpoint of \d{4}-\d\d-\d\d, made for web/);
  expect(taken(manifest)).toEqual(["base", "provisioner 1", "provisioner 2"]);
  expect(osImages(store, "why", "web").stdout).toMatch(/base +same *\n/);
});

test.each<[string, TestImage, Partial<DiskInfo>]>([
  ["a raw disk", { format: "raw" }, { format: "raw", "virtual-size": 2 * 1024 ** 3 }],
  ["a larger disk that is not compressed", { compression: "none", diskSize: "3G" }, { "virtual-size": 3 * 1024 ** 3 }],
])("the image may have %s", async (_, props, wanted) => {
  const written = web(["a", "b"], { name: "other", proof: "boot", ...props });
  const { manifest } = await built(written);
  expect(infoOf(diskOf(written, manifest))).toMatchObject(wanted);
  expect(infoOf(diskOf(written, manifest))).not.toHaveProperty("backing-filename");
});

test("an image on an image on an image is built, from a raw disk too", async () => {
  const raw = web(["a"], { name: "raw", format: "raw" });
  await built(raw);
  const third = web(["z", "y"], { name: "third" }, raw);
  const { manifest } = await built(third);
  // The first checkpoint is the whole disk, the second one has what was written since.
  const [, first, second] = (manifest.stages ?? []).map((stage) => checkpointFolder(store, stage.fingerprint));
  const under = (folder = ""): unknown => readCheckpoint(folder)?.manifest?.base?.fingerprint;
  expect([under(first), under(second)]).toEqual([undefined, manifest.stages?.[1]?.fingerprint]);
  const root = join(temporaryFolder("root"), "root");
  copyOut(diskOf(third, manifest), root);
  expect(["a", "z", "y"].map((word) => readFileSync(join(root, "var/lib", word), "utf8"))).toEqual([
    "a\n",
    "z\n",
    "y\n",
  ]);
});

test("a base without cloud-init lets nobody in who brings a key of the build's own, and the failure says why", async () => {
  const { error } = await watchedBuild(web(["a"], { name: "refused", buildLogin: Login.buildKey() }).file);
  expect(error?.message).toMatch(/login refused/);
  expect(error?.message).toMatch(
    /the base image has no cloud-init, .*: take Login.privateKey\(\) or Login.password\(\)/,
  );
});

test("packer alone makes an image of the published recipe, from an overlay on the base", async () => {
  const base = golden();
  const written = web(["a"]);
  const { manifest } = await built(written);
  const folder = temporaryFolder("by-hand");
  const recipe = join(folder, "recipe");
  cpSync(join(written.image, "recipe"), recipe, { recursive: true });
  const overlay = join(folder, "base.qcow2");
  const { manifest: of } = await built(base);
  const words = ["create", "-q", "-f", "qcow2", "-b", diskOf(base, of), "-F", "qcow2", overlay];
  execFileSync(requireTool("qemu-img").path, words);
  const variables = [`iso_url=${overlay}`, `ssh_private_key_file=${key}`].flatMap((one) => ["-var", one]);
  const ran = spawnSync(requireTool("packer").path, ["build", "-color=false", ...variables, "web.pkr.json"], {
    cwd: recipe,
    env: { ...process.env, ...toolEnvironment() },
    encoding: "utf8",
  });
  if (ran.status !== 0) throw new Error(`${ran.stdout}\n${ran.stderr}`);
  const changed = changedFiles(diskOf(written, manifest), join(recipe, "output", "web.qcow2"));
  expect(changed.filter((path) => !OF_A_START.test(path))).toEqual([]);
});

/** Debian's packages that the demo system lacks for cloud-init, in a folder; or why they cannot be had. */
function cloudInitPackages(): { readonly folder: string } | { readonly reason: string } {
  const [system, folder] = [temporaryFolder("system"), temporaryFolder("packages")];
  const archive = join(system, "rootfs.tar");
  copyFromMedium(demoMedium().iso, "rootfs.tar", archive);
  execFileSync("tar", ["-xf", archive, "-C", system, "./var/lib/dpkg/status"]);
  mkdirSync(join(folder, "partial"));
  const settings = [
    `Dir::State::status=${join(system, "var/lib/dpkg/status")}`,
    `Dir::Cache::archives=${folder}`,
    "Debug::NoLocking=1",
  ].flatMap((setting) => ["-o", setting]);
  const words = ["-qq", "--yes", "--no-install-recommends", "--download-only", "install", "cloud-init"];
  const { status, stderr } = spawnSync("apt-get", [...settings, ...words], { encoding: "utf8" });
  rmSync(join(folder, "partial"), { recursive: true });
  if (status === 0) return { folder };
  return { reason: `cloud-init cannot be had: ${String(stderr).trim().split("\n").at(-1)}` };
}

const packages = cloudInitPackages();
const withCloudInit = "folder" in packages ? test : test.skip;
const reason = "reason" in packages ? ` (skipped: ${packages.reason})` : "";

withCloudInit(
  `a base with cloud-init gets the build's login by it, and sealing takes that away again${reason}`,
  async () => {
    const { folder } = packages as { readonly folder: string };
    const install = join(temporaryFolder("script"), "install.sh");
    copyFileSync(join(__dirname, "..", "data", "install-packages.sh"), install);
    const base = golden({
      name: "cloud",
      provisioners: [Provisioner.files(folder, "/var/tmp/packages"), Provisioner.script(install)],
    });
    const { manifest: of } = await built(base);
    const written = web(["a"], { name: "on-cloud", buildLogin: Login.buildKey() }, base);
    const { manifest } = await built(written);
    const changed = changedFiles(diskOf(base, of), diskOf(written, manifest));
    expect(changed).toContain("/var/lib/a");
    const [before, after] = [
      [base, of],
      [written, manifest],
    ].map(([one, its]) => {
      const root = join(temporaryFolder("root"), "root");
      copyOut(diskOf(one as WrittenRequest, its as Manifest), root);
      return readFileSync(join(root, "etc/passwd"), "utf8");
    });
    expect(after).toBe(before);
    const more = web(["a", "b"], { name: "on-cloud", buildLogin: Login.buildKey() }, base);
    expect(taken((await built(more)).manifest)).toEqual(["base", "provisioner 1"]);
  },
);
