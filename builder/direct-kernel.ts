import { chmodSync, copyFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { BuildRequest } from "../recipe/request";
import { mediumKernelLine } from "./boot-menu";
import { copyFromMedium } from "./iso9660";
import type { Host } from "./preflight";
import type { WorkFolder } from "./work-folder";

/** What starts an installer without its boot menu. */
export interface DirectKernel {
  /** Takes QEMU's place: see kernel-boot.sh. */
  readonly qemuBinary: string;
  readonly qemuArguments: readonly (readonly string[])[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Takes kernel and initrd out of the medium into the work folder, and the kernel line out of its boot menu. */
export function directKernel(
  { medium: asked, login, recipe }: BuildRequest,
  work: WorkFolder,
  { medium, qemu }: Pick<Host, "medium" | "qemu">,
  httpPath: string,
): DirectKernel | undefined {
  if (asked.kind !== "iso" || asked.boot.kind !== "kernel") return undefined;
  const { boot } = asked;
  const take = (path: string, name: string): string => {
    const target = join(work.path, name);
    copyFromMedium(medium, path, target);
    return relative(work.recipe, target);
  };
  const qemuBinary = join(work.path, "kernel-boot.sh");
  copyFileSync(join(__dirname, "kernel-boot.sh"), qemuBinary);
  chmodSync(qemuBinary, 0o700);
  return {
    qemuBinary,
    qemuArguments: [
      ["-kernel", take(boot.kernel, "kernel")],
      ["-initrd", take(boot.initrd, "initrd")],
      ["-append", `${mediumKernelLine(medium, recipe.firmware)} ${boot.append}`.trim()],
    ],
    environment: {
      OS_IMAGES_QEMU: qemu,
      OS_IMAGES_STAGES: login.kind === "none" ? "1" : "2",
      OS_IMAGES_HTTP_PATH: httpPath,
    },
  };
}
