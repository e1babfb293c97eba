import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "./temporary";

/** A project with the app of deploy-app.ts, for tests of `os-images deploy`. It goes when the test file ends. */
export function deployProject() {
  const root = resolve(__dirname, "../..");
  const project = temporaryFolder("deploy");
  const app = `node --require tsx/cjs ${join(root, "__tests__/support/deploy-app.ts")}`;
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "deploy-test" }));
  const environment = { ...process.env, TERM: "xterm", PID_FILE: join(project, "pid") };
  return { project, environment, program: join(root, "bin/os-images.js") };
}
