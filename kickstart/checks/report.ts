import type { Finding, Severity } from "./finding";
import type { CodeInfo } from "./rule";
import { CODES } from "./rules";

/** One finding a line, as compilers write them: `file:line: severity code message`. */
export function toText(findings: readonly Finding[]): string {
  return findings
    .map(({ file, line, severity, code, message }) => `${file}:${line}: ${severity} ${code} ${message}\n`)
    .join("");
}

/** `{"findings": [...]}`, each with file, line, severity, code and message. */
export function toJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings }, null, 2)}\n`;
}

/** For code review: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function toSarif(findings: readonly Finding[]): string {
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "os-images validate", rules: CODES.map(sarifRule) } },
        results: findings.map(({ file, line, severity, code, message }) => ({
          ruleId: code,
          ruleIndex: CODES.findIndex((info) => info.code === code),
          level: level(severity),
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri: toUri(file) }, region: { startLine: line } } }],
        })),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** E.g. "2 errors, 1 warning in 3 files". */
export function summary(findings: readonly Finding[], files: number): string {
  const counted = (["error", "warning", "info"] as const)
    .map((severity) => ({ severity, count: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => plural(count, severity === "info" ? "remark" : severity));
  return `${counted.join(", ") || "nothing found"} in ${plural(files, "file")}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function sarifRule({ code, title, why, remedy, severity }: CodeInfo) {
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: remedy },
    defaultConfiguration: { level: level(severity) },
  };
}

function level(severity: Severity): "error" | "warning" | "note" {
  return severity === "info" ? "note" : severity;
}

/** A relative reference, as review tools want it; an absolute path as a file URL. */
function toUri(file: string): string {
  const path = encodeURI(file).replaceAll("?", "%3F").replaceAll("#", "%23");
  return path.startsWith("/") ? `file://${path}` : path.replace(/^(\.\/)+/, "");
}
