import { printJson } from "../command";
import { findInRemote } from "./find";
import { withRemote } from "./open";

/** `os-images pin --remote IMAGE` and `unpin --remote IMAGE`. */
export function pinInRemote(reference: string, pinned: boolean, json: boolean): Promise<number> {
  return withRemote(async (remote) => {
    const image = await findInRemote(remote, reference);
    await remote.pin(image, pinned);
    const { name, shortFingerprint: fingerprint } = image;
    if (json) printJson({ name, fingerprint, pinned });
    else process.stdout.write(`${name}/${fingerprint} of ${remote.title} is ${pinned ? "pinned" : "unpinned"}\n`);
    return 0;
  });
}
