import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OwnApp } from "../support/own-app";

/** It builds in `npm run test:long`. */
test("an app of one's own installs the package, compiles and synthesizes, its builder inside of the package", () => {
  const app = new OwnApp();
  expect(app.run("node_modules/.bin/tsc", [])).toBe("");
  app.run(process.execPath, ["--import", "tsx", "main.ts"]);
  const stack = readFileSync(join(app.folder, "cdktf.out/stacks/web/cdk.tf.json"), "utf8");
  expect(stack).toContain(`${app.folder}/node_modules/os-images/lib/builder/main.js `);
  expect(app.run("node_modules/.bin/os-images", ["validate", "web.cfg", "--release", "rhel9"])).not.toContain("error");
}, 300_000);
