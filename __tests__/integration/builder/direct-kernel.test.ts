import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { directKernel } from "../../../builder/direct-kernel";
import { makeWorkFolder, workFolder } from "../../../builder/work-folder";
import { pathsOfRequest } from "../../../store/layout";
import { makeLifeSign } from "../../../util/process-lock.js";
import { demoMedium, writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

let folder: string;
beforeEach(() => (folder = temporaryFolder("direct-kernel")));

/** A medium whose label has a space, as those of EL 7. */
function spacedMedium(): string {
  const tree = join(folder, "tree");
  mkdirSync(join(tree, "images", "pxeboot"), { recursive: true });
  for (const name of ["vmlinuz", "initrd.img"]) writeFileSync(join(tree, "images", "pxeboot", name), name);
  const iso = join(folder, "medium.iso");
  execFileSync("xorriso", ["-as", "mkisofs", "-quiet", "-R", "-V", "CentOS 7", "-o", iso, tree], { stdio: "ignore" });
  return iso;
}

/** Starts what stands in for QEMU, with a QEMU that only notes how it was called: a line for each call. */
function started(
  medium: string,
  delivery: "http" | "cd",
): { readonly calls: readonly string[]; readonly line: string } {
  const { file, request } = writeRequest(join(folder, "store"), { boot: "kernel", delivery });
  const work = workFolder(pathsOfRequest(file), "demo.qcow2");
  makeWorkFolder(work, new Map(), makeLifeSign(join(folder, "sign")));
  const qemu = join(folder, "qemu");
  writeFileSync(qemu, `#!/bin/sh\necho "$*" >> ${join(folder, "calls")}\n`, { mode: 0o755 });
  const kernel = directKernel(request, work, { medium, qemu }, "secret/");
  if (kernel === undefined) throw new Error("the kernel is not started directly");
  execFileSync(kernel.qemuBinary, ["-m", "512M", ...kernel.qemuArguments.flat(), "-boot", "once=d"], {
    cwd: work.recipe,
    env: { ...process.env, ...kernel.environment },
  });
  const calls = readFileSync(join(folder, "calls"), "utf8").trimEnd().split("\n");
  return { calls, line: readFileSync(join(work.path, "kernel-line.cfg"), "utf8") };
}

describe("an installer that is started without its boot menu", () => {
  it("gets the line of the medium's own menu and what is added to it, on no command line", () => {
    const { calls, line } = started(demoMedium().iso, "http");
    expect(line).toBe(
      "[machine]\n" +
        '  append = "inst.stage2=hd:LABEL=OSIMAGES-DEMO inst.text ' +
        'inst.ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/secret/ks.cfg console=tty0 console=ttyS0,115200"\n',
    );
    expect(calls).toEqual([
      "-m 512M -boot once=d -kernel ../kernel -initrd ../initrd -readconfig ../kernel-line.cfg -no-reboot",
      "-m 512M",
    ]);
  });

  it("finds its medium by a label with spaces, and its kickstart on the other CD", () => {
    expect(started(spacedMedium(), "cd").line).toContain(
      '"inst.stage2=hd:LABEL=CentOS\\x207 inst.text inst.ks=hd:LABEL=OEMDRV:/ks.cfg console=tty0 ',
    );
  });
});
