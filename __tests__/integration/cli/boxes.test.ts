import { makeStore, osImages, placeExport, placeImage } from "../../support/fake-store";

const store = makeStore();
const [old, fresh] = [placeImage(store, "web", "a", "2026-11-01"), placeImage(store, "web", "b", "2026-11-24")];
placeImage(store, "web", "c", "2026-11-25");
placeExport(old, "vagrant", "1");
placeExport(fresh, "azure", "2");
placeExport(fresh, "vagrant", "3");

interface Catalogue {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly providers: readonly [Record<string, string>] }[];
}

const catalogue = (...words: string[]): Catalogue =>
  JSON.parse(osImages(store, "boxes", "web", ...words).stdout) as Catalogue;

test("it lists the box of every image that has one, the newest first, by the time of the build", () => {
  const { name, versions } = catalogue();
  expect(name).toBe("web");
  expect(versions.map(({ version }) => version)).toEqual(["20261124.0.0", "20261101.0.0"]);
  expect(versions[0]?.providers[0]).toEqual({
    name: "libvirt",
    url: `file://${fresh.image}/exports/vagrant-333333333333/file`,
    checksum_type: "sha256",
    checksum: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
});

test("it names boxes as they are uploaded", () => {
  const { name, versions } = catalogue("--url", "https://boxes.example/", "--name", "team/web");
  expect(name).toBe("team/web");
  expect(versions[0]?.providers[0].url).toBe("https://boxes.example/bbbbbbbbbbbb/file");
});

test("it says what to do if there is no box", () => {
  const { stderr, status } = osImages(store, "boxes", "db");
  expect([status, stderr]).toEqual([2, expect.stringContaining('has no box of "db": add Platform.vagrantLibvirt()')]);
});
