import { parseAddress } from "../recipe/remote-address";
import type { Remote } from "./remote";
import { S3Remote } from "./s3";
import { loadS3 } from "./s3-client";

/** How a remote is used. */
export interface OpenOptions {
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** How long a connection may be silent, in milliseconds. @default 30,000 */
  readonly silenceMs?: number;
}

/**
 * The remote of an address. Nothing is asked of it yet.
 * @throws UserError on an address that is none, or without the package that the remote needs
 */
export async function openRemote(address: string, { signal, silenceMs }: OpenOptions): Promise<Remote> {
  const parsed = parseAddress(address);
  return new S3Remote(await loadS3(), parsed, signal, silenceMs);
}
