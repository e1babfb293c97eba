import { UserError } from "../../util/user-error";

/** Above this a file is not read: no kickstart is that large. */
const MAX_MIB = 4;

/**
 * The text of a kickstart file.
 * @throws UserError for what is no kickstart: too large, not UTF-8, NUL bytes, CRLF, empty
 */
export function kickstartText(file: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_MIB * 1024 * 1024) {
    const mib = (bytes.length / 1024 / 1024).toFixed(1);
    throw new UserError(`${file}: ${mib} MiB is too large for a kickstart: convert a file of at most ${MAX_MIB} MiB`);
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) throw new UserError(`${file}:${lineAt(bytes, nul)}: a NUL byte: this is no text; save it as UTF-8`);
  const text = decode(file, bytes);
  const carriage = text.indexOf("\r\n");
  if (carriage >= 0) {
    const line = text.slice(0, carriage).split("\n").length;
    throw new UserError(`${file}:${line}: the line ends in CRLF, and scripts would not run: save it with LF line ends`);
  }
  if (text.trim() === "") throw new UserError(`${file}:1: the file is empty: name a kickstart`);
  return text;
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const shown = Buffer.from(bytes).toString("utf8").indexOf("\ufffd");
    const before = Buffer.from(bytes).toString("utf8").slice(0, shown);
    throw new UserError(`${file}:${before.split("\n").length}: not UTF-8: save the file as UTF-8`);
  }
}

function lineAt(bytes: Uint8Array, offset: number): number {
  return Buffer.from(bytes.subarray(0, offset)).toString("latin1").split("\n").length;
}
