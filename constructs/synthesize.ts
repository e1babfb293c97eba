import { App } from "cdktf";
import { UserError } from "../util/user-error";
import { validateApp } from "./validation";

/**
 * Builds an app of stacks and writes their Terraform configurations. An error of the user's ends the process with one
 * message and exit code 2 (bad input) or 3 (a missing tool).
 */
export function synthesize(define: (app: App) => void): void {
  try {
    const app = new App();
    define(app);
    validateApp(app);
    app.synth();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exit(error.exitCode);
  }
}
