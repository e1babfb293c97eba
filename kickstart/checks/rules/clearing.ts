import type { Rule } from "../rule";

export const clearing: Rule = {
  code: "KS106",
  severity: "warning",
  title: "nothing makes room on the disk",
  why: 'Without clearpart and zerombr the installer keeps what is on a disk and leaves one without a partition table alone: it then finds no space, and asks. (RHEL 9, Kickstart commands, "clearpart", "zerombr")',
  remedy: "Write `zerombr` and `clearpart --all --initlabel`.",
  check(kickstart) {
    const layout = kickstart.all("autopart", "part", "partition", "logvol", "raid", "reqpart");
    const first = layout[0];
    if (kickstart.isPartial || !first) return [];
    const reuses = layout.some(
      ({ values, args }) => values["preexist"] === true || args.some((arg) => /^--(onpart|usepart)/.test(arg)),
    );
    if (reuses) return [];
    const clears = kickstart.all("clearpart");
    const none = clears.find(({ args }) => args.includes("--none"));
    if (none && !none.args.includes("--initlabel") && !kickstart.has("zerombr")) {
      return [{ at: none, message: "clearpart --none makes no room on the disk: write `clearpart --all --initlabel`" }];
    }
    if (clears.length > 0 || kickstart.has("zerombr")) return [];
    return [
      { at: first, message: "nothing makes room on the disk: write `zerombr` and `clearpart --all --initlabel`" },
    ];
  },
};
