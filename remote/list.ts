import { MANIFEST_FILE, PIN_FILE } from "../store/layout";
import { readRemote, type RemoteImage } from "./manifest";
import { type ImageKey, type Remote, RemoteError, type RemoteObject } from "./remote";

/** How many manifests are read at once. */
const PARALLEL = 8;

/** An image of a remote: with its manifest, or with the reason why that is refused. */
export interface ListedImage {
  readonly key: ImageKey;
  readonly image?: RemoteImage;
  readonly reason?: string;
  readonly pinned: boolean;
  /** When its manifest was written, by the remote's clock, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/**
 * The images of a remote by name, the newest of a name first; `name` alone if one is given.
 * @throws RemoteError if it cannot be listed; an image that is refused is in the list
 */
export async function listRemote(remote: Remote, name?: string): Promise<ListedImage[]> {
  const groups = byImage(await remote.list()).filter(([object]) => name === undefined || object.image.name === name);
  const found = groups.flatMap((objects) => {
    const manifest = objects.find((object) => object.name === MANIFEST_FILE);
    if (manifest === undefined) return [];
    const pinned = objects.some((object) => object.name === PIN_FILE);
    return [{ key: manifest.image, pinned, writtenAt: manifest.writtenAt }];
  });
  const listed: ListedImage[] = [];
  for (let i = 0; i < found.length; i += PARALLEL) {
    listed.push(
      ...(await Promise.all(found.slice(i, i + PARALLEL).map(async (one) => ({ ...one, ...(await read(one)) })))),
    );
  }
  return listed.sort((a, b) => compare(a.key.name, b.key.name) || b.writtenAt - a.writtenAt);

  async function read({ key }: { readonly key: ImageKey }): Promise<Pick<ListedImage, "image" | "reason">> {
    try {
      const image = await readRemote(remote, key);
      return image === undefined ? { reason: "it has just gone" } : { image };
    } catch (error) {
      if (error instanceof RemoteError && error.kind === "damaged") return { reason: error.message };
      throw error;
    }
  }
}

/** Objects, those of one image together. None of the groups is empty. */
export function byImage(objects: readonly RemoteObject[]): [RemoteObject, ...RemoteObject[]][] {
  const groups = new Map<string, [RemoteObject, ...RemoteObject[]]>();
  for (const object of objects) {
    const key = `${object.image.name}/${object.image.shortFingerprint}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [object]);
    else group.push(object);
  }
  return [...groups.values()];
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
