#!/usr/bin/env node
"use strict";

const { existsSync } = require("node:fs");
const { join } = require("node:path");

const compiled = join(__dirname, "..", "lib", "cli", "main.js");
if (existsSync(compiled)) {
  require(compiled);
} else {
  require("tsx/cjs");
  require("../cli/main.ts");
}
