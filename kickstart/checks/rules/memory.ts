import type { Rule } from "../rule";

export const memory: Rule = {
  code: "KS201",
  severity: "error",
  title: "less memory than the installer needs",
  why: "With less the installer stops with a message, or the kernel kills it while it works. The figure for each release is in the release catalogue, with its source.",
  remedy: "Give the build machine the memory that the message names; the finished image can run with less.",
  check(_kickstart, { memoryMiB, release }) {
    if (memoryMiB === undefined || memoryMiB >= release.minimumMemoryMiB) return [];
    const needed = release.minimumMemoryMiB;
    return [
      {
        message: `the machine has ${memoryMiB} MiB, but the installer of ${release.title} needs ${needed} MiB: write memoryMiB ${needed}`,
      },
    ];
  },
};
