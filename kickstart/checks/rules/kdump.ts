import type { Hit, Rule } from "../rule";

export const kdump: Rule = {
  code: "KS317",
  severity: "error",
  title: "memory for kdump that cannot be reserved",
  why: "The add-on takes a whole number of MiB, or auto; as much as the machine has leaves nothing to start with. (kdump-anaconda-addon)",
  remedy: "Write `--reserve-mb=auto`, or a number such as 192.",
  check(kickstart, { memoryMiB }) {
    const addons = kickstart.parsed.sections.filter(
      ({ name, args }) => name === "%addon" && args[0] === "com_redhat_kdump",
    );
    return addons.flatMap((at): Hit[] => {
      const index = at.args.findIndex((arg) => /^--reserve-mb(=|$)/.test(arg));
      if (index < 0) return [];
      const value = (at.args[index]!.split("=")[1] ?? at.args[index + 1] ?? "").replace(/["']/g, "");
      if (value === "auto" || /[$@{<]/.test(value)) return [];
      if (!/^[1-9]\d*M?$/.test(value)) {
        return [
          {
            at,
            message: `kdump --reserve-mb ${value || '""'} is no number of MiB: write auto, or a number such as 192`,
          },
        ];
      }
      if (memoryMiB === undefined || parseInt(value, 10) < memoryMiB / 2) return [];
      return [
        {
          at,
          severity: "warning",
          message: `kdump reserves ${value} MiB, but the build's machine has ${memoryMiB}: write auto`,
        },
      ];
    });
  },
};
