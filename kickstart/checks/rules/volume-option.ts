import { text } from "../kickstart";
import type { Hit, Rule } from "../rule";
import { isMounted, volumes, type Volume } from "../volumes";

/** Mount options that take from a folder what the system needs there. */
const HARMFUL: readonly (readonly [option: string, mountpoints: readonly string[], what: string])[] = [
  ["noexec", ["/", "/usr", "/usr/bin", "/usr/lib"], "no program there can run"],
  ["nosuid", ["/", "/usr", "/usr/bin"], "sudo cannot work"],
  ["nodev", ["/"], "devices on it cannot be used"],
  ["noauto", ["/", "/usr", "/var", "/home", "/boot/efi"], "it is missing after the start"],
  ["ro", ["/", "/var", "/home", "/tmp", "/var/tmp", "/var/log"], "nothing can be written there"],
];
/** How long a label can be (mkfs.xfs(8), mke2fs(8), mkfs.fat(8)). */
const LABELS: Readonly<Record<string, number>> = { xfs: 12, ext2: 16, ext3: 16, ext4: 16, vfat: 11, efi: 11 };

/** Options that have a letter of their own (mkfs.xfs(8), mke2fs(8)). */
const MKFS_LETTERS: Readonly<Record<string, string>> = {
  xfs: "bcdfiKlLmMnNpqrsV",
  ext2: "bcCdDeEFgGhiIjJlLmMnNoOPqrstTUvVz",
  ext3: "bcCdDeEFgGhiIjJlLmMnNoOPqrstTUvVz",
  ext4: "bcCdDeEFgGhiIjJlLmMnNoOPqrstTUvVz",
};

export const volumeOption: Rule = {
  code: "KS119",
  severity: "error",
  title: "option or label that the file system cannot have",
  why: "The installer writes mount options into /etc/fstab as they are: with noexec on / or noauto on /var the system does not start. It stops at an option that mkfs does not know. A label that is too long is left out. (mount(8), mkfs.xfs(8))",
  remedy: "Take the option out, or write a shorter label.",
  check(kickstart) {
    return volumes(kickstart)
      .filter(isMounted)
      .flatMap((volume) => [...options(volume), ...mkfsOptions(volume), ...label(volume)]);
  },
};

function options({ command, mountpoint }: Volume): Hit[] {
  const written = text(command, "fsopts");
  if (/\s/.test(written)) {
    return [{ at: command, message: `${command.name} --fsoptions has a blank: separate options by commas alone` }];
  }
  const given = written.split(",");
  return HARMFUL.filter(([option, mountpoints]) => given.includes(option) && mountpoints.includes(mountpoint)).map(
    ([option, , what]) => ({
      at: command,
      severity: option === "nodev" ? ("warning" as const) : ("error" as const),
      message: `${mountpoint} is mounted ${option}, so ${what}: take it out of --fsoptions`,
    }),
  );
}

function mkfsOptions({ command, fstype }: Volume): Hit[] {
  const letters = MKFS_LETTERS[fstype];
  const given = text(command, "mkfsopts");
  if (letters === undefined || /[$@{<]/.test(given)) return [];
  const unknown = [...given.matchAll(/(?:^|\s)-(\w)/g)].find(([, letter = ""]) => !letters.includes(letter));
  if (unknown === undefined) return [];
  const message = `mkfs.${fstype} has no option -${unknown[1]}, so the installer stops: mend --mkfsoptions`;
  return [{ at: command, message }];
}

function label({ command, fstype, mountpoint }: Volume): Hit[] {
  const [name, most] = [text(command, "label"), LABELS[mountpoint === "/boot/efi" ? "efi" : fstype || "xfs"]];
  if (most === undefined || name.length <= most || /[$@{<]/.test(name)) return [];
  const message = `${command.name} --label ${name} has ${name.length} characters: ${fstype || "xfs"} takes ${most}`;
  return [{ at: command, severity: "warning", message }];
}
