/**
 * What pykickstart's command tables do not tell, and the names that people know things by. Each entry is a fact read
 * off the behaviour of pykickstart 3.78 (https://github.com/pykickstart/pykickstart), unless it names another source.
 */

/** Two spellings of one command: alias -> the spelling of the typed form. */
export const ALIASES: Readonly<Record<string, string>> = { auth: "authconfig", partition: "part" };

/** Commands that have no table, or none that tells. Anything else without a table stops the generator. */
export const TABLELESS: Readonly<Record<string, "verbatim" | "bare" | { refused: string }>> = {
  // The rest of the line is kept as it is and given to the tool of that name.
  authconfig: "verbatim",
  authselect: "verbatim",
  realm: "verbatim",
  deviceprobe: "verbatim",
  // An argument is an error.
  cdrom: "bare",
  hmc: "bare",
  method: { refused: "it stands for url, nfs, cdrom and harddrive inside pykickstart; a line of it is an error" },
};

/**
 * Arguments without an option, in order: `name?` may be left out, `name...` takes a list. Where the tables know them,
 * these are better names; `btrfs` and `device` read theirs off what argparse leaves over.
 */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  btrfs: ["mountpoint", "devices...?"],
  device: ["module"],
  driverdisk: ["partition?"],
  iscsiname: ["iqn"],
  keyboard: ["keymap?"],
  lang: ["lang"],
  logvol: ["mountpoint"],
  mount: ["device", "mountpoint"],
  nvdimm: ["action"],
  part: ["mountpoint"],
  raid: ["mountpoint", "partitions...?"],
  rootpw: ["password?"],
  snapshot: ["origin"],
  sshkey: ["key"],
  sshpw: ["password"],
  stratisfs: ["mountpoint"],
  stratispool: ["name", "blockdevs...?"],
  timezone: ["timezone?"],
  updates: ["url?"],
  volgroup: ["name", "partitions...?"],
};

/** Commands whose argument stands last in everybody's kickstart. */
export const VALUES_LAST: ReadonlySet<string> = new Set(["rootpw", "sshkey", "sshpw"]);

/** The spelling people use if it is not the first: COMMAND FIRST -> spelling. */
export const SPELLING: Readonly<Record<string, string>> = {
  "firewall --disable": "--disabled",
  "firewall --enable": "--enabled",
};

/** An option that says the same as another one: COMMAND OPTION -> the other. */
export const SAME_OPTION: Readonly<Record<string, string>> = {
  "timezone --isUtc": "--utc",
  "%packages --instLangs": "--inst-langs",
  "%packages --excludeWeakdeps": "--exclude-weakdeps",
};

/** Options that are in a table and refused by code: COMMAND OPTION. */
export const REFUSED_OPTIONS: ReadonlySet<string> = new Set(["cmdline --non-interactive"]);

/** Options that code asks for and the table does not: COMMAND OPTION. */
export const REQUIRED_OPTIONS: ReadonlySet<string> = new Set(["eula --agreed"]);

/** Sets of properties that exclude each other, checked by code and not by the tables. `one`: one must be given. */
export const EXCLUSIVE: Readonly<Record<string, readonly { readonly of: readonly string[]; readonly one?: true }[]>> = {
  bootloader: [{ of: ["extlinux", "sdboot"] }],
  clearpart: [{ of: ["all", "linux", "none", "list"] }],
  driverdisk: [{ of: ["partition", "source", "biospart"], one: true }],
  harddrive: [{ of: ["partition", "biospart"], one: true }],
  ignoredisk: [{ of: ["drives", "onlyUse", "interactive"], one: true }],
  logvol: [{ of: ["thin", "thinpool"] }, { of: ["size", "percent"] }],
  nvdimm: [{ of: ["namespace", "blockdevs"], one: true }],
  rescue: [{ of: ["nomount", "romount"] }],
  timezone: [{ of: ["nontp", "ntpservers"] }],
};

/** Values that an argument takes, where only code knows. */
export const VALUE_CHOICES: Readonly<Record<string, readonly string[]>> = {
  "nvdimm action": ["reconfigure", "use"],
};

/**
 * Releases whose installer knows `%certificate`, and with which options. pykickstart reads it in every dialect and
 * says "since Fedora 42"; that RHEL 9 and 10 have it, and that RHEL 9 has no `--type`, is what the tests of
 * https://github.com/rhinstaller/kickstart-tests say: `certificate.sh` skips no release, `certificate-anchor.sh` skips
 * RHEL 9.
 */
export const CERTIFICATES: Readonly<Record<string, "dir" | "dir and type">> = {
  rhel9: "dir",
  rhel10: "dir and type",
  fedora44: "dir",
  fedora45: "dir and type",
};

/** Sections that still work and should not be used: `%traceback` warns since Fedora 34. */
export const DEPRECATED_SECTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  rhel9: { "%traceback": "F34" },
  rhel10: { "%traceback": "F34" },
  fedora44: { "%traceback": "F34" },
  fedora45: { "%traceback": "F34" },
};

/** Names of the sets of alternatives, by their first command. */
export const GROUP_NAMES: Readonly<Record<string, string>> = {
  autopart: "Layout",
  cmdline: "Display",
  halt: "Ending",
  bootc: "Deployment",
  ostreecontainer: "Deployment",
};

/**
 * What works and should not be used, by a warning in code and not by the tables: VERSION COMMAND [PROPERTY] -> what to
 * write instead.
 */
export const DISCOURAGED: Readonly<Record<string, string>> = {
  "RHEL8 authconfig": "use authselect",
  "RHEL9 authconfig": "use authselect",
  "RHEL9 timezone nontp": "use timesource",
  "RHEL9 timezone ntpservers": "use timesource",
};
