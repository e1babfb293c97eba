import { readFileSync } from "node:fs";
import { writtenText } from "../recipe/fingerprint";
import { UserError } from "../util/user-error";

/**
 * Text of a file as Terraform writes it; `what` names it in messages, such as "kickstart file".
 * @throws UserError on a file that cannot be read, or is not UTF-8
 */
export function readText(file: string, what: string): string {
  try {
    return writtenText(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") {
      throw new UserError(`${what} "${file}" is not UTF-8: convert it with iconv`);
    }
    throw new UserError(`${what} "${file}" cannot be read (${code}): write the path of a readable file`);
  }
}
