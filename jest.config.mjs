const transform = {
  "^.+\\.tsx?$": [
    "@swc/jest",
    { jsc: { target: "es2023", parser: { syntax: "typescript" } }, module: { type: "commonjs" } },
  ],
};
const moduleNameMapper = { "^([.]{1,2}/.*)[.]js$": "$1" };
const shared = {
  transform,
  moduleNameMapper,
  testEnvironment: "<rootDir>/__tests__/support/test-environment.js",
  cacheDirectory: "<rootDir>/node_modules/.cache/jest",
};

export default {
  testSequencer: "<rootDir>/__tests__/support/sequencer.js",
  globalSetup: "<rootDir>/__tests__/support/run-folder.js",
  // A test that hangs ends; one that waits for a busy machine does not. Those that need longer say so.
  testTimeout: 30_000,
  reporters: ["default", "<rootDir>/__tests__/support/summary-reporter.js"],
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/__tests__/unit/**/*.test.ts"] },
    { ...shared, displayName: "integration", testMatch: ["<rootDir>/__tests__/integration/**/*.test.ts"] },
    { ...shared, displayName: "long", testMatch: ["<rootDir>/__tests__/long/**/*.test.ts"] },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/__tests__/e2e/**/*.test.ts"] },
  ],
};
