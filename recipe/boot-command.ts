import type { Recipe } from "./recipe";
import type { OsRelease } from "./release";
import { KICKSTART_FILE_SERVED } from "./files";

/** Both consoles get the kernel's messages; the last one named is where a text-mode installer runs. */
const CONSOLES = "console=tty0 console=ttyS0,115200";

/** What is added to the kernel line of the installer. `httpPath` is the served kickstart's folder. */
export function kernelArguments(release: OsRelease, delivery: "http" | "cd", httpPath: string): string {
  const text = release.kickstartArgument === "ks" ? "text" : "inst.text";
  const kickstart =
    delivery === "http"
      ? [release.kickstartOnBootLine(`http://{{ .HTTPIP }}:{{ .HTTPPort }}/${httpPath}${KICKSTART_FILE_SERVED}`)]
      : [];
  return [text, ...kickstart, CONSOLES].join(" ");
}

/**
 * The keys that start the release's installer with a kickstart, in Packer's notation
 * (https://developer.hashicorp.com/packer/docs/community-tools#boot-command).
 *
 * Boot menus by lorax (https://github.com/weldr/lorax, share/templates.d/99-generic/): BIOS media of EL 7-9 start by
 * isolinux, where Tab edits the kernel line; UEFI media, and all of EL 10 and of Fedora since 37, by GRUB, where `e`
 * edits the entry. The menu's second entry, which checks the medium first, is the default: hence the arrow up.
 */
export function defaultBootCommand(
  release: OsRelease,
  firmware: Recipe["firmware"],
  delivery: "http" | "cd",
): readonly string[] {
  const added = kernelArguments(release, delivery, "${var.http_path}");
  return bootsByGrub(release, firmware)
    ? ["<up>e<wait><down><down><end>", ` ${added}`, "<leftCtrlOn>x<leftCtrlOff>"]
    : ["<up><tab>", ` ${added}`, "<enter>"];
}

function bootsByGrub({ dialect }: OsRelease, firmware: Recipe["firmware"]): boolean {
  return firmware === "uefi" || dialect === "rhel10" || dialect.startsWith("fedora");
}
