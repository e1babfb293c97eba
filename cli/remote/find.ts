import { listRemote } from "../../remote/list";
import type { ImageKey, Remote } from "../../remote/remote";
import { parseReference } from "../../store/list";
import { UserError } from "../../util/user-error";

/**
 * The image that a reference means in a remote.
 * @throws UserError if the remote has no such image, or more than one
 */
export async function findInRemote(remote: Remote, reference: string): Promise<ImageKey> {
  const { name, digits } = parseReference(reference);
  const images = (await listRemote(remote, name)).filter(({ key, image }) =>
    (image?.manifest.fingerprint ?? key.shortFingerprint).startsWith(digits),
  );
  const [first, second] = images;
  if (first === undefined) throw new UserError(`${remote.title} has no image ${reference}: see os-images ls --remote`);
  if (second === undefined || digits === "") return first.key;
  const found = images.map(({ key }) => `${key.name}/${key.shortFingerprint}`);
  throw new UserError(`${reference} means more than one image: write one of ${found.join(", ")}`);
}
