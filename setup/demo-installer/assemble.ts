import { accessSync, constants, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Note } from "../../util/progress";
import { UserError } from "../../util/user-error";
import { EFI_IMAGE, makeEfiBoot } from "./efi-boot";
import { makeInstallerInitramfs } from "./initramfs";
import { type DemoSystem, SOURCES, SOURCE_DATE_EPOCH } from "./inputs";
import { makeRootfs } from "./rootfs";
import { run } from "./run";
import { unpackTools } from "./tools";

/** System packages that making the medium needs; each is named as its program is. */
const NEEDED = ["mmdebstrap", "xorriso", "zstd", "cpio"];

/** The keys of Debian's archive: on Ubuntu they are a package of their own. */
const KEYRING = { file: "/usr/share/keyrings/debian-archive-keyring.gpg", name: "debian-archive-keyring" };

/** The medium's volume label. */
const LABEL = "OSIMAGES-DEMO";

/** Makes the ISO file `iso`, working in the folder `work`; `onStep` gets each step's name as it begins. */
export async function assemble(work: string, iso: string, system: DemoSystem, onStep: Note): Promise<void> {
  requirePrograms();
  mkdirSync(work, { recursive: true });
  const medium = join(work, "medium");
  const pxeboot = join(medium, "images/pxeboot");
  mkdirSync(pxeboot, { recursive: true });
  mkdirSync(join(medium, "isolinux"));

  onStep("unpacking the packages of the installer");
  const tools = await unpackTools(work);
  onStep("making the installer's initramfs");
  await makeInstallerInitramfs(tools, work, join(pxeboot, "initrd.img"));
  copyFileSync(tools.kernel, join(pxeboot, "vmlinuz"));
  onStep("making the root file system");
  await makeRootfs(tools, work, join(medium, "rootfs.tar"), system);

  onStep("writing the ISO");
  for (const name of ["vmlinuz", "initrd.img"]) copyFileSync(join(pxeboot, name), join(medium, "isolinux", name));
  copyFileSync(join(tools.root, "usr/lib/ISOLINUX/isolinux.bin"), join(medium, "isolinux/isolinux.bin"));
  for (const name of ["ldlinux.c32", "libcom32.c32", "libutil.c32", "menu.c32"]) {
    copyFileSync(join(tools.root, "usr/lib/syslinux/modules/bios", name), join(medium, "isolinux", name));
  }
  copyFileSync(join(SOURCES, "medium/isolinux.cfg"), join(medium, "isolinux/isolinux.cfg"));
  await makeEfiBoot(tools, work, medium);
  await writeIso(medium, iso);
}

async function writeIso(medium: string, iso: string): Promise<void> {
  const date = new Date(SOURCE_DATE_EPOCH * 1000)
    .toISOString()
    .replace(/[-:T.Z]/g, "")
    .slice(0, 16);
  await run("find", [medium, "-exec", "touch", "-h", "-d", `@${SOURCE_DATE_EPOCH}`, "{}", "+"]);
  await run("xorriso", [
    ...["-as", "mkisofs", "-quiet", "-o", iso, "-V", LABEL, "-J", "-r", `--modification-date=${date}`],
    ...["-b", "isolinux/isolinux.bin", "-c", "isolinux/boot.cat", "-no-emul-boot", "-boot-load-size", "4"],
    ...["-boot-info-table", "-eltorito-alt-boot", "-e", EFI_IMAGE, "-no-emul-boot", medium],
  ]);
}

function requirePrograms(): void {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const missing = NEEDED.filter((program) => !folders.some((folder) => isExecutable(join(folder, program))));
  if (!existsSync(KEYRING.file)) missing.push(KEYRING.name);
  if (missing.length === 0) return;
  const packages = missing.join(" ");
  throw new UserError(`the demo installer's medium needs ${packages}; type: sudo apt-get install ${packages}`, 3);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
