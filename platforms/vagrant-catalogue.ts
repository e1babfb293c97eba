/** One box of a catalogue. */
export interface CataloguedBox {
  /** When the image was built: ISO 8601, UTC. */
  readonly builtAt: string;
  readonly url: string;
  /** 64 hex digits. */
  readonly sha256: string;
}

/**
 * The catalogue by which `vagrant up`, `vagrant box outdated` and `vagrant box update` find a box's versions, the newest first. A
 * version is the time of the image's build, such as 20261124.93005.0: Vagrant compares numbers.
 * Source: https://developer.hashicorp.com/vagrant/docs/boxes/format#box-metadata
 */
export function vagrantCatalogue(name: string, boxes: readonly CataloguedBox[]): object {
  const newest = [...boxes].sort((a, b) => (a.builtAt < b.builtAt ? 1 : -1));
  return {
    name,
    versions: newest.map(({ builtAt, url, sha256 }) => ({
      version: versionOf(builtAt),
      providers: [{ name: "libvirt", url, checksum_type: "sha256", checksum: sha256 }],
    })),
  };
}

function versionOf(time: string): string {
  const [day = "", clock = ""] = new Date(time)
    .toISOString()
    .replace(/[-:]|\..*/g, "")
    .split("T");
  return `${day}.${Number(clock)}.0`;
}
