import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { guestScript } from "../../../platforms/guest";
import { Platform } from "../../../platforms/platform";
import { temporaryFolder } from "../../support/temporary";

const folder = temporaryFolder("guest");
const guest = join(__dirname, "..", "..", "..", "platforms", "guest");

/** Runs a part of the scripts with a root of its own. The scripts' absolute paths are in it. */
function run(script: string, files: Readonly<Record<string, string>>) {
  const root = mkdtempSync(join(folder, "root-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode: 0o755 });
  }
  const common = readFileSync(join(guest, "common.sh"), "utf8").replace(
    /(?<=[ "(>])\/(?=(?:boot|efi|etc|lib)\/)/g,
    `${root}/`,
  );
  const { stdout, status } = spawnSync("sh", ["-eu", "-c", `${common}\n${script}`], {
    encoding: "utf8",
    env: { PATH: `${join(root, "bin")}:/usr/bin:/bin` },
  });
  return { stdout, status, file: (path: string) => readFileSync(join(root, path), "utf8") };
}

const ARGUMENTS = "kernel_arguments console=hvc0 rootdelay=300";

test.each([
  ["/boot/extlinux/extlinux.conf", "LABEL a\n  KERNEL /boot/a\n  APPEND initrd=b root=c console=hvc0\n", 2],
  ["/boot/loader/entries/a.conf", "title a\noptions root=c console=hvc0\n", 1],
  ["/efi/loader/entries/a.conf", "title a\noptions    root=c console=hvc0\n", 1],
])("missing arguments are put at the end of the kernel lines of %s, once", (path, text, line) => {
  const before = text.split("\n");
  const once = run(ARGUMENTS, { [path]: text });
  expect([once.status, once.file(path).split("\n")[line]]).toEqual([0, `${before[line]} rootdelay=300`]);
  expect(run(`${ARGUMENTS}; ${ARGUMENTS}`, { [path]: text }).file(path)).toBe(once.file(path));
  expect(once.file(path).split("\n").length).toBe(before.length);
});

test("later kernels get them too, and a GRUB without entries of its own is configured anew", () => {
  const script = '#!/bin/sh\necho "made by $*" > "$2"\n';
  const { status, file } = run(ARGUMENTS, {
    "/etc/default/grub": 'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="quiet"\nGRUB_CMDLINE_LINUX_DEFAULT=""\n',
    "/etc/kernel/cmdline": "root=a\n",
    "/boot/grub2/grub.cfg": "old",
    "/bin/grub2-mkconfig": script,
  });
  expect(status).toBe(0);
  expect(file("/etc/default/grub")).toBe(
    'GRUB_TIMEOUT=1\nGRUB_CMDLINE_LINUX="quiet console=hvc0 rootdelay=300"\nGRUB_CMDLINE_LINUX_DEFAULT=""\n',
  );
  expect(file("/etc/kernel/cmdline")).toBe("root=a console=hvc0 rootdelay=300\n");
  expect(file("/boot/grub2/grub.cfg")).toMatch(/^made by -o .*grub\.cfg\n$/);
});

test("a system without a boot loader that is known is refused", () => {
  const { stdout, status } = run(ARGUMENTS, { "/etc/kernel/cmdline": "root=a\n" });
  expect([status, stdout]).toEqual([1, expect.stringContaining("os-images: refused: no configuration of GRUB")]);
});

const MODULES = {
  "/boot/vmlinuz-1.2": "",
  "/lib/modules/1.2/modules.builtin": "kernel/drivers/hv/hv_vmbus.ko\n",
  "/lib/modules/1.2/modules.dep": "kernel/drivers/net/xen-netfront.ko.xz: kernel/other.ko.xz\n",
};

test("drivers go into the initramfs by dracut or initramfs-tools, and one that the kernel has not is refused", () => {
  const dracut = run("drivers x hv_vmbus xen_netfront", {
    ...MODULES,
    "/bin/dracut": "#!/bin/sh\necho ran dracut $*\n",
    "/etc/dracut.conf.d/a": "",
  });
  expect(dracut.file("/etc/dracut.conf.d/x.conf")).toBe('add_drivers+=" hv_vmbus xen_netfront "\n');
  expect(dracut.stdout).toBe("ran dracut --force --regenerate-all\n");
  const debian = run("drivers x xen-netfront", {
    ...MODULES,
    "/bin/update-initramfs": "#!/bin/sh\necho ran $*\n",
    "/etc/initramfs-tools/modules": "# none\n",
  });
  expect([debian.file("/etc/initramfs-tools/modules"), debian.stdout]).toEqual([
    "# none\nxen-netfront\n",
    "ran -u -k all\n",
  ]);
  expect(run("drivers x hv_vmbus", MODULES)).toMatchObject({ stdout: "", status: 0 });
  const { stdout, status } = run("drivers x nvme", MODULES);
  expect([status, stdout]).toEqual([1, expect.stringContaining("refused: kernel 1.2 has no driver nvme: add")]);
});

test.each([
  ["aws", Platform.aws()],
  ["azure", Platform.azure()],
  ["vagrant", Platform.vagrantLibvirt()],
  ["xen", Platform.xen()],
] as const)("the whole script for %s is sound to a plain shell", (name, { recipe }) => {
  const file = join(folder, `${name}.sh`);
  writeFileSync(file, guestScript(recipe)?.text ?? "");
  execFileSync("sh", ["-n", file]);
});
