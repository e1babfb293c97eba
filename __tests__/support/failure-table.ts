import { appendFileSync } from "node:fs";
import { BuildFailed, type Failure } from "../../builder/failure";
import type { UserError } from "../../util/user-error";

/** One line of a table of failures: see faults/write-failures.ts. */
export type FailureRow =
  | {
      readonly kind: "build";
      readonly title: string;
      readonly cause: string;
      readonly phase: string;
      readonly seconds: number;
      readonly message: string;
      readonly remedy: string;
    }
  | { readonly kind: "refusal"; readonly title: string; readonly message: string };

/** Adds a failed build to the file that FAILURE_TABLE names, if it names one. */
export function recordFailure(title: string, failure: Failure): void {
  const { cause, phase, seconds, proof, reason, remedy = "" } = failure;
  record({ kind: "build", title, cause, phase, seconds, message: proof ?? reason, remedy });
}

/** Adds a build that ended with a message for the user, whichever it was. */
export function recordError(title: string, error: UserError): void {
  if (error instanceof BuildFailed) recordFailure(title, error.failure);
  else record({ kind: "refusal", title, message: error.message });
}

function record(row: FailureRow): void {
  const file = process.env["FAILURE_TABLE"];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(row)}\n`);
}
