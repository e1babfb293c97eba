/**
 * An error that is the user's to mend: its message says what is wrong, the value got, where, and what to write instead.
 * It is printed without a stack trace. Exit codes: 1 failed, 2 bad usage or bad input, 3 a missing tool.
 */
export class UserError extends Error {
  readonly exitCode: 1 | 2 | 3;

  constructor(message: string, exitCode: 1 | 2 | 3 = 2) {
    super(message);
    this.name = "UserError";
    this.exitCode = exitCode;
  }
}
