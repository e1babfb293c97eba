import { text, type CheckedKickstart } from "../kickstart";
import type { OsRelease } from "../../../recipe/release";
import { versionOf } from "../layout";
import type { ParsedCommand } from "../parsed";
import type { Hit, Rule } from "../rule";
import { isOneSlip } from "../spelling";

/** Arguments that people write often (Linux, admin-guide/kernel-parameters.txt; dracut.cmdline(7); systemd). */
const COMMON = [
  ...["console", "quiet", "rhgb", "crashkernel", "selinux", "enforcing", "audit", "fips", "biosdevname", "nomodeset"],
  ...["net.ifnames", "elevator", "transparent_hugepage", "mitigations", "systemd.unit", "rd.lvm.lv", "rd.luks.uuid"],
  ...["resume", "noresume", "rootdelay", "vconsole.keymap", "no_timer_check", "ipv6.disable", "nvme_core.io_timeout"],
  ...[
    "audit_backlog_limit",
    "page_poison",
    "slub_debug",
    "pti",
    "vsyscall",
    "iommu",
    "intel_iommu",
    "panic",
    "earlyprintk",
  ],
];

export const kernelArgument: Rule = {
  code: "KS120",
  severity: "error",
  title: "boot loader setting that keeps the image from starting",
  why: "The kernel's arguments and the menu's time-out are for every start of the image: a rescue or single-user mode waits at a prompt, another root device is not there, and a time-out below 0 waits for ever. (bootparam(7), systemd(1), GRUB manual)",
  remedy: "Leave out what the installer writes itself (root=, inst.*), and write `--timeout=1`.",
  check(kickstart, { release }) {
    return kickstart
      .accepted("bootloader")
      .flatMap((command) => [
        ...timeout(command),
        ...words(command),
        ...reserved(command, release),
        ...volumesOf(kickstart, command),
        ...selinux(kickstart, command),
      ]);
  },
};

/** The start waits for every logical volume that is named. */
function volumesOf(kickstart: CheckedKickstart, at: ParsedCommand): Hit[] {
  if (kickstart.isPartial || kickstart.has("autopart")) return [];
  const made = kickstart.accepted("logvol").map((one) => `${text(one, "vgname")}/${text(one, "name")}`);
  return [...text(at, "appendLine").matchAll(/\brd\.lvm\.lv=([\w.+-]+\/[\w.+-]+)(?=\s|$)/g)]
    .filter(([, volume = ""]) => !made.includes(volume))
    .map(([word, volume]) => ({
      at,
      message: `bootloader --append has ${word}, but no line makes ${volume}: take it out, the installer writes its own`,
    }));
}

function selinux(kickstart: CheckedKickstart, at: ParsedCommand): Hit[] {
  const off = /(?:^|\s)(selinux=0|enforcing=0)(?=\s|$)/.exec(text(at, "appendLine"))?.[1];
  const enforces = kickstart.accepted("selinux").some(({ args }) => args.includes("--enforcing"));
  if (!off || !enforces) return [];
  return [
    { at, severity: "warning", message: `bootloader --append has ${off}, against selinux --enforcing: keep one` },
  ];
}

/** No release's kernel and initramfs start in less, in MiB. */
const LEAST_MEMORY_MIB = 256;

/** NaN for what is no size. */
function mebibytes(value: string): number {
  const [, digits, unit = ""] = /^(\d+)([KMGT]?)$/i.exec(value) ?? [];
  const power = { "": -2, K: -1, M: 0, G: 1, T: 2 }[unit.toUpperCase()] ?? NaN;
  return Number(digits) * 1024 ** power;
}

function timeout(command: ParsedCommand): Hit[] {
  const seconds = Number(command.values["timeout"] ?? 0);
  if (seconds < 0)
    return [{ at: command, message: `bootloader --timeout is ${seconds}, so the menu waits for ever: write 1` }];
  if (seconds <= 60) return [];
  return [
    { at: command, severity: "warning", message: `bootloader --timeout is ${seconds} s at every start: write 1` },
  ];
}

/** Enterprise Linux 9 on knows no crashkernel=auto. */
function reserved(command: ParsedCommand, release: OsRelease): Hit[] {
  if (!/\bcrashkernel=auto\b/.test(text(command, "appendLine")) || versionOf(release.dialect) < 9) return [];
  const message = `${release.title} knows no crashkernel=auto, and reserves nothing: write crashkernel=1G-4G:192M,4G-64G:256M`;
  return [{ at: command, severity: "warning", message }];
}

function words(command: ParsedCommand): Hit[] {
  return text(command, "appendLine")
    .split(/\s+/)
    .flatMap((word): Hit[] => {
      const wrong = whatIsWrong(word);
      return wrong === undefined
        ? []
        : [{ at: command, message: `bootloader --append has ${word}: ${wrong[0]}`, severity: wrong[1] }];
    });
}

function whatIsWrong(word: string): readonly [message: string, severity: "error" | "warning"] | undefined {
  const [name = "", value = ""] = word.split(/=(.*)/s);
  if (/[“”‘’„–—\u00a0]/.test(word)) return ["a character of typography; write plain quotes and dashes", "warning"];
  if (["single", "1", "s", "S", "emergency", "rescue", "init"].includes(name) || /^rd\.(break|shell)$/.test(name)) {
    return ["the image then starts into a shell and waits; take it out", "error"];
  }
  if (name === "systemd.unit" && /^(rescue|emergency)\./.test(value)) {
    return ["the image then starts into a shell and waits; take it out", "error"];
  }
  if (name === "systemd.unit" && !/\.\w+$/.test(value)) {
    return [`systemd knows no unit without an ending, and starts into a rescue shell; write ${value}.target`, "error"];
  }
  if (name === "mem" && mebibytes(value) < LEAST_MEMORY_MIB) {
    return [`no system starts in ${mebibytes(value)} MiB; take it out`, "error"];
  }
  if (name === "root") return ["the installer writes the root device itself; take it out", "error"];
  if (/^(inst\.|ks$|ksdevice$|repo$)/.test(name))
    return ["it is for the installer, and means nothing to the image; take it out", "warning"];
  if (
    name === "console" &&
    !/^(tty(S|AMA|USB|sclp)?\d*(,\d+([noe]\d?r?)?)?|hvc\d+|ttysclp0|null|uart\S*)$/.test(value)
  ) {
    return [`there is no console ${value}; write ttyS0,115200`, "warning"];
  }
  if (COMMON.includes(name) || /[$@{<]/.test(word)) return undefined;
  const meant = name.length >= 4 ? COMMON.find((known) => isOneSlip(name, known)) : undefined;
  return meant ? [`did you mean ${meant}?`, "warning"] : undefined;
}
