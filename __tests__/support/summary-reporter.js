"use strict";

const { writeSync } = require("node:fs");

/** Ends a run with each skipped test and its reason, and the line `N passed, N failed, N skipped`. */
module.exports = class SummaryReporter {
  /**
   * @param {unknown} _contexts
   * @param {import("@jest/test-result").AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap(({ testResults }) =>
      testResults.filter(({ status }) => status === "pending" || status === "todo"),
    );
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const lines = [
      ...skipped.map(({ fullName }) => `skipped: ${fullName}`),
      `${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`,
    ];
    // Jest prints a summary of its own after every reporter; this is to be the last line.
    process.once("exit", () => writeSync(process.stderr.fd, `${lines.join("\n")}\n`));
  }
};
