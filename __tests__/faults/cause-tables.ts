import { CAUSES } from "../../builder/causes";
import { INSTALLERS, type Cause, type Installer, type Sign } from "../../builder/causes/cause";

/** The heading at which the part of docs/failures.md begins that needs no builds. */
export const TABLES_HEADING = "## What each installer shows";

/** A row of a Markdown table. */
export function row(...cells: readonly string[]): string {
  return `| ${cells.map(escaped).join(" | ")} |`;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|").replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"));
}

/** The causes by installer, and the lines by which they are recognised, as Markdown. */
export function causeTables(): string {
  const ofInstallers = CAUSES.filter(({ signs }) =>
    signs.some(({ examples }) => examples.some(({ source }) => source)),
  );
  const reasons = ofInstallers.flatMap(({ name, notOn = {} }) => {
    const installersWith = (reason: string): string[] => INSTALLERS.filter((installer) => notOn[installer] === reason);
    return [...new Set(Object.values(notOn))].map(
      (reason) => `- ${name}, ${installersWith(reason).join(", ")}: ${reason}`,
    );
  });
  return `${TABLES_HEADING}

"Seen" on a real console or log of that installer, by us or by the user whom the last table names; "source": in the
source of that installer (Anaconda's branches of 2026-11: 21.48, 33.16, 34.25, 40.22 and 45.21, which is Fedora 44), never
seen; "no": not possible there, for the reason below the table. "demo" is this project's demo installer.

${row("cause", ...INSTALLERS)}
|---|${INSTALLERS.map(() => "---|").join("")}
${ofInstallers.map((cause) => row(cause.name, ...INSTALLERS.map((installer) => knownOf(cause, installer)))).join("\n")}

${reasons.join("\n")}

## Lines that are recognised

In the order in which one is chosen where several show: the narrower first. The console is read as a screen of 80 by 24, so
that prompts without a line end and text drawn by cursor movements count. Lines of scripts on the log port (\`program:\`) never do.

${row("cause", "shows on", "believed", "line", "where")}
|---|---|---|---|---|
${CAUSES.flatMap(({ name, signs }) =>
  signs.flatMap((sign) =>
    sign.examples.map(({ line, where }) => row(name, sign.sources.join(", "), believedOf(sign), line, where)),
  ),
).join("\n")}
`;
}

function knownOf({ signs, notOn = {} }: Cause, installer: Installer): string {
  const examples = signs.flatMap((sign) => sign.examples);
  if (examples.some(({ seen = [] }) => seen.includes(installer))) return "seen";
  if (examples.some(({ source = [] }) => source.includes(installer))) return "source";
  return notOn[installer] === undefined ? "?" : "no";
}

function believedOf({ afterSeconds, staysSeconds, prompt, times }: Sign): string {
  if (afterSeconds === "never") return "with another one only";
  if (afterSeconds !== undefined) return `after ${afterSeconds} s`;
  if (staysSeconds !== undefined) return `if it stays for ${staysSeconds} s${prompt ? " above a prompt" : ""}`;
  return times === undefined ? "at once" : `the ${times}nd time`;
}
