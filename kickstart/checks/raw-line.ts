import type { CodeInfo } from "./rule";

/** A line of plain kickstart in a typed document. */
export interface RawLine {
  /** Line of the rendered text, from 1. */
  readonly line: number;
  readonly message: string;
}

export const RAW_LINE: CodeInfo = {
  code: "KS016",
  severity: "info",
  title: "plain line in a typed kickstart",
  why: "What `Raw.line()` writes is checked here, but not by the compiler.",
  remedy: "Write the command typed, if the release has it.",
};
