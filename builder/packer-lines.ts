import type { StateName } from "./states";

/** Lines of `packer build` that begin a state. */
const STATE_LINES: readonly { readonly pattern: RegExp; readonly state: StateName }[] = [
  { pattern: /: (?:Using SSH communicator|Waiting for SSH|Waiting for shutdown)/, state: "install" },
  { pattern: /: Connected to SSH!/, state: "provision" },
  { pattern: /: Uploading \S*seal\.sh =>/, state: "seal" },
  { pattern: /: os-images: sealed/, state: "shutdown" },
  { pattern: /: Converting hard drive/, state: "convert" },
];

/** The state that a line of Packer's output begins. */
export function stateOfLine(line: string): StateName | undefined {
  return STATE_LINES.find(({ pattern }) => pattern.test(line))?.state;
}

/** Whether Packer says that it has logged in. */
export function isConnected(line: string): boolean {
  return line.includes(": Connected to SSH!");
}

/** What Packer gives as its reason to fail, out of all its output; empty where it gives none. */
export function reasonOf(lines: readonly string[]): string {
  const errored = lines.findLast((line) => /^Build '.*' errored after .*?: /.test(line));
  if (errored !== undefined) return errored.replace(/^Build '.*?' errored after .*?: /, "");
  const index = lines.findIndex((line) => /^Error: /.test(line));
  if (index < 0) return "";
  const detail = lines.slice(index + 1).filter((line) => line.trim() !== "");
  return [lines[index]?.replace(/^Error: /, ""), ...detail.slice(0, 4).map((line) => line.trim())].join(" ");
}
