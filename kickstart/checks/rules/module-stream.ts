import { text, type CheckedKickstart } from "../kickstart";
import { packageLines } from "../packages";
import { MODULES } from "../facts/comps";
import type { ParsedCommand } from "../parsed";
import { nearest } from "../spelling";
import type { Hit, Rule } from "../rule";
import type { Dialect } from "../../../recipe/release";

/** The oldest and newest streams of modules (Red Hat Enterprise Linux Application Streams Life Cycle). */
const STREAMS: Partial<Record<Dialect, Readonly<Record<string, readonly [oldest: number, newest: number]>>>> = {
  rhel8: {
    nodejs: [10, 24],
    php: [7.2, 8.2],
    postgresql: [9.6, 16],
    ruby: [2.5, 3.3],
    nginx: [1.14, 1.24],
    mariadb: [10.3, 10.11],
    redis: [5, 6],
    maven: [3.5, 3.9],
  },
  rhel9: {
    nodejs: [18, 24],
    php: [8.1, 8.3],
    postgresql: [15, 18],
    ruby: [3.1, 3.4],
    nginx: [1.22, 1.26],
    redis: [7, 7],
  },
};

export const moduleStream: Rule = {
  code: "KS607",
  severity: "error",
  title: "module or stream that cannot be",
  why: "The installer stops at a module or a stream that its repositories do not have, and at two streams of one module. Only what is older than the first stream, or far above the newest one that is known here, is found. (Application Streams Life Cycle)",
  remedy: "Write a stream of `dnf module list NAME`.",
  check(kickstart, { release }) {
    const known = STREAMS[release.dialect];
    if (!known) return [];
    const named = [
      ...enabled(kickstart).map((at) => ({ at: at, name: text(at, "name"), stream: text(at, "stream") })),
      ...packageLines(kickstart).flatMap(({ content, ...at }) => {
        const match = /^@([\w-]+):([\w.]+)/.exec(content);
        return match ? [{ at: at, name: match[1]!, stream: match[2]! }] : [];
      }),
    ];
    return named.flatMap(({ at, name, stream }, index): Hit[] => {
      const other = named
        .slice(0, index)
        .find((one) => one.name === name && one.stream !== stream && one.stream !== "");
      if (other && stream !== "") {
        return [
          { at, message: `${name} has the stream ${other.stream} already: keep one of ${other.stream}, ${stream}` },
        ];
      }
      const meant = MODULES.includes(name) ? undefined : nearest(name, MODULES);
      if (meant) return [{ at, message: `${release.title} has no module ${name}: did you mean ${meant}?` }];
      const [oldest, newest] = known[name] ?? [];
      if (oldest === undefined || newest === undefined || !/^\d+(\.\d+)?$/.test(stream)) return [];
      if (!isBefore(stream, oldest) && Number(stream) <= newest + 10) return [];
      return [{ at, message: `${release.title} has no stream ${stream} of ${name}: its first is ${oldest}` }];
    });
  },
};

function enabled(kickstart: CheckedKickstart): ParsedCommand[] {
  return kickstart.accepted("module").filter(({ values }) => values["enable"] !== false);
}

/** Versions such as 10.3 and 10.11 are compared by their parts. */
function isBefore(stream: string, oldest: number): boolean {
  const [a = 0, b = 0] = stream.split(".").map(Number);
  const [c = 0, d = 0] = String(oldest).split(".").map(Number);
  return a < c || (a === c && stream.includes(".") && b < d);
}
