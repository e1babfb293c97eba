import { requireTool } from "../../host/find";

/** An interpreter that can import pykickstart, and that one's version. */
export interface Python {
  readonly path: string;
  readonly pykickstart: string;
}

/** @throws UserError with exit code 3 that says what to run */
export function findPython(): Python {
  const { path, version } = requireTool("python");
  return { path, pykickstart: version ?? "unknown" };
}
