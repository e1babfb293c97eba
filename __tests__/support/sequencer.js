"use strict";

const Sequencer = require("@jest/test-sequencer").default;

/** @typedef {import("@jest/test-result").Test} Test */

/** Starts the end-to-end tests first: each takes a minute or more, and one that starts last keeps a single core busy. */
module.exports = class extends Sequencer {
  /**
   * @override
   * @param {Test[]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    const isLong = (/** @type {Test} */ { path }) => path.includes("/__tests__/e2e/");
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
