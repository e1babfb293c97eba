import type { Finding } from "../../../../kickstart/checks/finding";
import { summary, toJson, toSarif, toText } from "../../../../kickstart/checks/report";
import { CODES } from "../../../../kickstart/checks/rules";

const FINDINGS: Finding[] = [
  { file: "./kickstart/web 1.cfg", line: 3, severity: "error", code: "KS101", message: "wrong disk" },
  { file: "/srv/db.cfg", line: 1, severity: "info", code: "KS009", message: "unseen" },
];

test("text has one finding a line, as compilers write them", () => {
  expect(toText(FINDINGS)).toBe("./kickstart/web 1.cfg:3: error KS101 wrong disk\n/srv/db.cfg:1: info KS009 unseen\n");
});

test("JSON has the findings as they are", () => {
  expect(JSON.parse(toJson(FINDINGS))).toEqual({ findings: FINDINGS });
});

test("SARIF names each finding's rule, level and place as a URI", () => {
  const log = JSON.parse(toSarif(FINDINGS)) as {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      results: { ruleIndex: number; ruleId: string; level: string; locations: unknown[] }[];
    }[];
  };
  const run = log.runs[0]!;
  expect(log.version).toBe("2.1.0");
  expect(run.tool.driver.rules.map(({ id }) => id)).toEqual(CODES.map(({ code }) => code));
  expect(run.results.map(({ level }) => level)).toEqual(["error", "note"]);
  expect(run.results.every(({ ruleIndex, ruleId }) => run.tool.driver.rules[ruleIndex]!.id === ruleId)).toBe(true);
  expect(run.results.map(({ locations }) => locations)).toEqual([
    [{ physicalLocation: { artifactLocation: { uri: "kickstart/web%201.cfg" }, region: { startLine: 3 } } }],
    [{ physicalLocation: { artifactLocation: { uri: "file:///srv/db.cfg" }, region: { startLine: 1 } } }],
  ]);
});

test("the summary counts errors and warnings", () => {
  expect(summary(FINDINGS, 2)).toBe("1 error, 1 remark in 2 files");
  expect(summary([], 1)).toBe("nothing found in 1 file");
});
