import { buildLogin } from "../login";
import { flag, text } from "../kickstart";
import type { Hit, Rule } from "../rule";

const LUKS = ["luks1", "luks2", "luks2-hw-opal", "luks2-hw-opal-only"];

export const encryption: Rule = {
  code: "KS116",
  severity: "error",
  title: "encryption that stops the installation, or the first start",
  why: "Without a passphrase the installer asks for one, and refuses the layout if nobody answers. An encrypted system asks for its passphrase at every start, the build's first one included, unless something unlocks it. (Anaconda, storage checker)",
  remedy:
    "Write `--passphrase=@@secret:NAME@@`, and unlock the disk in %post (clevis, a key file); or leave `--encrypted` out.",
  check(kickstart, image) {
    const lines = kickstart.accepted("autopart", "part", "partition", "raid", "logvol");
    const encrypted = lines.filter((command) => flag(command, "encrypted"));
    const known = lines.some((command) => text(command, "passphrase") !== "");
    const hits: Hit[] = lines.flatMap((command): Hit[] => {
      const { name } = command;
      const version = text(command, "luks_version") || text(command, "luksVersion");
      if (version !== "" && !LUKS.includes(version)) {
        return [{ at: command, message: `${name} --luks-version ${version} does not exist: write luks1 or luks2` }];
      }
      if (text(command, "passphrase") === "" || flag(command, "encrypted")) return [];
      const message = `${name} has a passphrase, but is not encrypted: add --encrypted, or take --passphrase out`;
      return [{ at: command, message, severity: "warning" }];
    });
    const [first] = encrypted;
    if (!first) return hits;
    if (!known && !kickstart.isPartial) {
      hits.push({
        at: first,
        message: `${first.name} is encrypted without a passphrase, so the installer asks: write --passphrase`,
      });
    }
    const unlocked =
      kickstart.postHas(/clevis|crypttab|luksAddKey|systemd-cryptenroll|tang/) || kickstart.has("clevis");
    if (
      buildLogin(kickstart, image) &&
      !unlocked &&
      !encrypted.every((command) => text(command, "mountpoint") === "swap")
    ) {
      const message = `${first.name} is encrypted: the first start waits for the passphrase, so the build cannot log in; unlock it in %post, or leave --encrypted out`;
      hits.push({ at: first, message });
    }
    return hits;
  },
};
