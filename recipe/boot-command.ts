import type { ImageProperties } from "./image-properties";
import type { Login } from "./login";
import type { OsRelease } from "./release";
import { KICKSTART_FILE_SERVED, KICKSTART_LABEL } from "./files";

/** Both consoles get the kernel's messages; the last one named is where a text-mode installer runs. */
const CONSOLES = "console=tty0 console=ttyS0,115200";

/**
 * What is added to the kernel line of the installer. `httpPath` is the served kickstart's folder.
 *
 * Names with `inst.` are taken by every release: without it, EL 7 calls them deprecated (anaconda, `anaconda_argparse.py`),
 * and EL 9 does not know them. A kickstart that is named is waited for (`dracut/kickstart-genrules.sh`); one on a CD
 * labelled OEMDRV is found without its name too, but only if the CD is there in time. Without a login, nobody removes the
 * copies of kickstart and logs that the installer leaves when all scripts have run: `inst.nosave` leaves them out
 * (`data/post-scripts/99-copy-logs.ks`; EL 7 too).
 */
export function kernelArguments(delivery: "http" | "cd", httpPath: string, login: Pick<Login, "kind">): string {
  const kickstart =
    delivery === "http"
      ? `http://{{ .HTTPIP }}:{{ .HTTPPort }}/${httpPath}${KICKSTART_FILE_SERVED}`
      : `hd:LABEL=${KICKSTART_LABEL}:/${KICKSTART_FILE_SERVED}`;
  const nosave = login.kind === "none" ? " inst.nosave=all" : "";
  return `inst.text inst.ks=${kickstart}${nosave} ${CONSOLES}`;
}

/**
 * The keys that start the release's installer with a kickstart, in Packer's notation
 * (https://developer.hashicorp.com/packer/docs/community-tools#boot-command).
 *
 * Boot menus by lorax (https://github.com/weldr/lorax, share/templates.d/99-generic/): BIOS media of EL 7-9 and of Fedora
 * up to 36 start by isolinux, where Tab edits the kernel line; UEFI media, and all of EL 10 and of Fedora since 37, by
 * GRUB, where `e` edits the entry. The menu's second entry, which checks the medium first, is the default: hence the arrow up.
 */
export function defaultBootCommand(
  release: OsRelease,
  firmware: Required<ImageProperties>["firmware"],
  delivery: "http" | "cd",
  login: Pick<Login, "kind">,
): readonly string[] {
  const added = kernelArguments(delivery, "${var.http_path}", login);
  return firmware === "uefi" || release.biosBootLoader === "grub"
    ? ["<up>e<wait><down><down><end>", ` ${added}`, "<leftCtrlOn>x<leftCtrlOff>"]
    : ["<up><tab>", ` ${added}`, "<enter>"];
}
