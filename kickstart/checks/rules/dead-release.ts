import type { Rule } from "../rule";

export const deadRelease: Rule = {
  code: "KS202",
  severity: "warning",
  title: "release without security updates",
  why: "After its end of life a release gets no security updates (without an extra subscription), and mirrors drop its packages.",
  remedy: "Move to a supported release; mirrors of a dead one are usually in the vendor's vault.",
  check(_kickstart, { release, today }) {
    if (!release.isDeadOn(today)) return [];
    return [
      {
        message: `${release.title} has had no security updates since ${release.endOfLife}: move to a supported release`,
      },
    ];
  },
};
