"use strict";

const { chmodSync, mkdtempSync, readdirSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { sep } = require("node:path");
const { TestEnvironment } = require("jest-environment-node");

/**
 * Gives each test file a temporary folder of its own and removes it after the file's last test. What the product makes in a
 * temporary folder is named `os-images-...`; the test file fails if the product left something.
 */
module.exports = class extends TestEnvironment {
  /**
   * @param {import("@jest/environment").JestEnvironmentConfig} config
   * @param {import("@jest/environment").EnvironmentContext} context
   */
  constructor(config, context) {
    const around = tmpdir();
    const folder = mkdtempSync(around + sep);
    chmodSync(folder, 0o755);
    // Before the test file gets its copy of the environment.
    process.env["TMPDIR"] = folder;
    super(config, context);
    this.around = around;
    this.folder = folder;
  }

  /** @override */
  async teardown() {
    await super.teardown();
    process.env["TMPDIR"] = this.around;
    const left = readdirSync(this.folder).filter((name) => name.startsWith("os-images-"));
    rmSync(this.folder, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left in the temporary folder: ${left.join(", ")}`);
  }
};
