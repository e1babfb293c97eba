import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { makeExport } from "../../builder/exports/main";
import { build } from "../../builder/main";
import { ByteFile } from "../../platforms/bytes";
import { readBootConfiguration } from "../../platforms/pygrub";
import { Platform } from "../../platforms/platform";
import { writeExportRequest } from "../support/export-request";
import { differences } from "../support/image-files";
import { demoKickstart, writeRequest, type TestImage, type WrittenRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(900_000);

const store = temporaryFolder("changes");
const SCRIPT = "#!/bin/sh\nset -eu\ndate > /etc/built-at\n";

async function built(name: string, more: Partial<TestImage> = {}): Promise<WrittenRequest> {
  const written = writeRequest(store, { name, kickstart: demoKickstart(), scripts: [SCRIPT], ...more });
  await build(written.file, { write: () => undefined });
  return written;
}

/** Makes an export of an image: its manifest, its file, and what was said. */
async function exported(written: WrittenRequest, platform: Platform) {
  const { file, paths } = writeExportRequest(written, platform);
  const lines: string[] = [];
  const manifest = await makeExport(file, { write: (line) => void lines.push(line) });
  return { manifest, lines: lines.join("\n"), file: join(paths.image, manifest.files[0].file) };
}

/** The disk of an artefact, which QEMU finds out the format of. */
function diskOf(file: string): string {
  if (!file.endsWith(".box")) return file;
  const folder = temporaryFolder("box");
  execFileSync("tar", ["-xf", file, "-C", folder]);
  return join(folder, "box.img");
}

let demo: WrittenRequest;
const image = (): string => join(demo.image, `${demo.request.name}.qcow2`);

beforeAll(async () => {
  demo = await built("demo");
});

/** It has the time at which a system was switched off. */
const SWITCHED_OFF = ["/var/log/wtmp"];

/** What adding a user changes, by useradd(8). */
const USERS = ["group", "gshadow", "passwd", "shadow", "subgid", "subuid"].flatMap((name) => [
  `/etc/${name}`,
  `/etc/${name}-`,
]);
const HOME = ["", "/.bash_logout", "/.bashrc", "/.profile", "/.ssh", "/.ssh/authorized_keys"];

test.each([
  [
    "vagrant",
    Platform.vagrantLibvirt(),
    [...USERS, ...HOME.map((path) => `/home/vagrant${path}`), "/etc/sudoers.d/vagrant"],
  ],
  ["azure", Platform.azure({ agent: "none" }), ["/boot/extlinux/extlinux.conf"]],
  ["aws", Platform.aws({ format: "raw" }), []],
  ["xen", Platform.xen(), []],
  ["libvirt", Platform.libvirt(), []],
] as const)(
  "the artefact for %s differs from the image in what the platform wants inside alone",
  async (_, platform, planned) => {
    const { manifest, lines, file } = await exported(demo, platform);
    const { count, differing } = differences(image(), diskOf(file), SWITCHED_OFF);
    expect(count).toBeGreaterThan(1000);
    expect(differing).toEqual([...planned].sort());
    const isForked = "inside" in platform.recipe;
    expect(manifest.inside?.after).toBe(isForked ? "provisioner 1" : undefined);
    expect(lines.includes("provisioner 1: from the checkpoint of")).toBe(isForked);
    expect(lines).not.toContain("is not there");
  },
);

test("the kernel line for Azure has its arguments once, at its end", async () => {
  const { file } = await exported(demo, Platform.azure({ agent: "none" }));
  const raw = join(temporaryFolder("raw"), "disk.raw");
  execFileSync("qemu-img", ["convert", "-f", "vpc", "-O", "raw", file, raw]);
  const { entry } = await ByteFile.read(raw, readBootConfiguration);
  expect(entry?.kernelLine).toMatch(
    / console=ttyS0,115200 console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300$/,
  );
});

test("without a checkpoint of the image's own the export builds anew, and says so", async () => {
  const alone = await built("alone", { checkpoints: "none" });
  const { manifest, lines } = await exported(alone, Platform.xen());
  expect(manifest.inside).not.toHaveProperty("after");
  expect(lines).toContain(
    "the last checkpoint of image alone is not there: what is done anew may differ from the image in more than",
  );
});

test("what a platform's script refuses is the reason of the failure", async () => {
  const script = "#!/bin/sh\nset -eu\nsed -i /ena.ko/d /lib/modules/*/modules.dep\n";
  const broken = await built("broken", { scripts: [script] });
  await expect(exported(broken, Platform.aws())).rejects.toThrow(
    /failed in phase "provision" after [\d.]+ s: kernel \S+ has no driver ena: add the package that has it/,
  );
});
