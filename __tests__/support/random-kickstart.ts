import type { Command, Option, Value } from "../../scripts/kickstart-bindings/model";
import { VALUE_CHOICES } from "../../scripts/kickstart-bindings/overrides";

type Entry = Record<string, unknown>;

/** Texts that need quoting, and those that only look so. */
const TEXTS = [
  "plain",
  "two words",
  `a "quoted" word`,
  "it's",
  "#1",
  "a#b",
  "$HOME",
  "100%",
  "C:\\dir\\",
  "\\",
  "naïve",
  "日本",
];
const MORE_TEXTS = [
  "@@secret:root@@",
  "a=b",
  "--dashes",
  "-x",
  "a,b",
  "tab\there",
  "`id`",
  "$(id)",
  "{}[]*?",
  "\u00a0",
  "'\"'",
];

/** Values of a form that pykickstart asks for: COMMAND PROPERTY -> values. */
const FORMS: Readonly<Record<string, readonly unknown[]>> = {
  "bootloader bootDrive": ["vda", "/dev/disk/by-id/a b"],
  "firewall port": [["22:tcp"], ["22:tcp", "imap:udp"]],
  "logvol percent": [1, 50, 100],
  "logvol cachemode": ["writeback", "writethrough"],
  "mount mountpoint": ["/", "/a b", "none"],
  "network bridgeopts": ["priority=1", "priority=1,stp=yes"],
  "network interfacename": ["vlan7"],
  "network teamslaves": ["eth0", `eth0'{"prio": 100}',eth1`],
  "ostreesetup url": ["http://host/a?b=c#d", "https://host/a b"],
  "snapshot origin": ["vg/lv", "vg/l v"],
  "volgroup reservedPercent": [1, 50, 99],
  "volgroup reservedSpace": [0, 7],
  "autopart luksVersion": ["luks1", "luks2", "luks2-hw-opal"],
  "part luksVersion": ["luks1", "luks2", "luks2-hw-opal"],
  "autopart fstype": ["xfs", "ext4"],
  "part mountpoint": ["/", "/a b", "/ö", "swap", "pv.01"],
  "rhsm activationKey": [["a"], ["a b", "c#d"]],
};

/** Properties without which pykickstart refuses another: COMMAND PROPERTY -> what must be there, or must not. */
const NEEDS: Readonly<Record<string, { readonly with?: readonly string[]; readonly without?: readonly string[] }>> = {
  "autopart hwPassphrase": { with: ["encrypted", "luksVersion"] },
  "part hwPassphrase": { with: ["encrypted", "luksVersion"] },
  "btrfs subvol": { with: ["devices", "name"] },
  "network ipv4DnsSearch": { with: ["device"] },
  "network ipv6DnsSearch": { with: ["device"] },
  "network ipv4IgnoreAutoDns": { with: ["device"] },
  "network ipv6IgnoreAutoDns": { with: ["device"] },
  "btrfs name": { with: ["devices"] },
  "btrfs parent": { with: ["devices"] },
  "logging port": { with: ["host"] },
  "logvol cachemode": { with: ["cachesize", "cachepvs", "size"], without: ["useexisting", "thin"] },
  "logvol cachepvs": { with: ["cachesize", "size"], without: ["useexisting", "thin"] },
  "logvol cachesize": { with: ["cachepvs", "size"], without: ["useexisting", "thin"] },
  "logvol chunksize": { with: ["thinpool", "size"] },
  "logvol metadatasize": { with: ["thinpool", "size"] },
  "logvol resize": { with: ["useexisting", "size"] },
  "logvol thin": { with: ["poolname", "size"] },
  "mount mkfsoptions": { with: ["reformat"] },
  "network bridgeopts": { with: ["bridgeslaves"] },
  "part resize": { with: ["onpart", "size"] },
  "stratisfs maxsize": { with: ["grow"] },
  "stratispool passphrase": { with: ["encrypted"] },
  "zfcp fcplun": { with: ["wwpn"] },
  "zfcp wwpn": { with: ["fcplun"] },
};

/** What most entries of a command have to hold; those that may not are tried without. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  btrfs: ["devices"],
  logvol: ["size"],
  raid: ["level", "partitions"],
  stratispool: ["blockdevs"],
  volgroup: ["partitions"],
};

/** Makes entries of commands: valid as far as the bindings tell. */
export class RandomKickstart {
  constructor(private readonly random: () => number) {}

  /**
   * An entry of a command, with the property given and others; `density` is the share of the others, `usual` adds what
   * most entries need.
   */
  entry(command: Command, wanted: string | undefined, density: number, usual: boolean): Entry {
    const need = NEEDS[`${command.name} ${wanted ?? ""}`] ?? {};
    const forced = new Set([
      ...(wanted === undefined ? [] : [wanted]),
      ...(need.with ?? []),
      ...(usual ? (USUAL[command.name] ?? []) : []),
    ]);
    const barred = new Set(need.without ?? []);
    for (const set of command.exclusive) {
      const chosen = this.chosen(set.of, wanted, forced) ?? (set.one ? this.pick(set.of) : undefined);
      if (chosen !== undefined) forced.add(chosen);
      const kept = chosen ?? this.pick(set.of);
      for (const name of set.of) if (name !== kept) barred.add(name);
    }
    const entry: Entry = {};
    for (const item of command.values) {
      const required = !item.optional && !command.exclusive.some((set) => set.of.includes(item.property));
      if (this.given(item.property, required, forced, barred, density))
        entry[item.property] = this.argument(command, item);
    }
    for (const option of command.options) {
      if (this.given(option.property, option.required, forced, barred, density)) {
        entry[option.property] = this.option(command, option);
      }
    }
    return entry;
  }

  /** A text for the body of a script. */
  body(): string {
    return `${[this.text(), "echo \"$x\" # 'y'", "%not-a-section", "\t", this.text()].join("\n")}\n`;
  }

  text(): string {
    return this.pick(this.random() < 0.5 ? TEXTS : MORE_TEXTS);
  }

  private chosen(names: readonly string[], wanted: string | undefined, forced: Set<string>): string | undefined {
    const found = names.find((name) => name === wanted) ?? names.find((name) => forced.has(name));
    for (const name of names) if (name !== found) forced.delete(name);
    return found;
  }

  private given(
    name: string,
    required: boolean,
    forced: ReadonlySet<string>,
    barred: ReadonlySet<string>,
    density: number,
  ): boolean {
    if (forced.has(name) || required) return true;
    return !barred.has(name) && this.random() < density;
  }

  private argument(command: Command, item: Value): unknown {
    const known = FORMS[`${command.name} ${item.property}`] ?? VALUE_CHOICES[`${command.name} ${item.property}`];
    if (known !== undefined) return this.pick(known);
    return item.list ? [this.text(), "pv.1"] : this.text();
  }

  private option(command: Command, option: Option): unknown {
    const known = FORMS[`${command.name} ${option.property}`] ?? option.choices;
    if (known !== undefined) return this.pick(known);
    switch (option.kind) {
      case "flag":
      case "adds":
        return true;
      case "yesno":
        return this.random() < 0.5;
      case "number":
        return Math.floor(this.random() * 1000) + 1;
      case "list":
        return [this.item(), this.item()];
      case "each":
        return [this.text(), this.text()];
      case "maybe":
        return this.random() < 0.5 ? true : this.text();
      default:
        return this.text();
    }
  }

  /** An item of a list that is joined by commas. */
  private item(): string {
    return this.text().replaceAll(",", ";").trim() || "x";
  }

  private pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)]!;
  }
}
