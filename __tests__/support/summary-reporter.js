"use strict";

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
    for (const { fullName } of skipped) process.stderr.write(`skipped: ${fullName}\n`);
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    process.stderr.write(`${results.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped\n`);
  }
};
