import { ComponentType } from "@cyclonedx/cyclonedx-library/Enums";
import { Bom, Component } from "@cyclonedx/cyclonedx-library/Models";
import { JSON as AsJson, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import { PackageURL } from "packageurl-js";
import type { Contents, Package } from "../store/contents";
import type { Manifest } from "../store/manifest";

/**
 * The packages of an image as a software bill of materials, CycloneDX 1.6 in JSON: https://cyclonedx.org/docs/1.6/json/
 * It has no serial number, so that equal images have equal ones but for the time.
 */
export function billOfMaterials(
  { release, packages }: Contents,
  image: Pick<Manifest, "name" | "fingerprint" | "createdAt">,
): string {
  const bom = new Bom();
  bom.metadata.timestamp = new Date(image.createdAt);
  bom.metadata.component = new Component(ComponentType.OperatingSystem, image.name, {
    version: image.fingerprint,
    description: release.title,
    bomRef: "image",
  });
  for (const one of packages) {
    const purl = packageUrl(one, release);
    bom.components.add(new Component(ComponentType.Library, one.name, { version: one.version, purl, bomRef: purl }));
  }
  const serializer = new JsonSerializer(new AsJson.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 1 })}\n`;
}

/** A package by the types `deb` and `rpm`: https://github.com/package-url/purl-spec/tree/main/types */
function packageUrl({ kind, name, version, arch }: Package, release: Contents["release"]): string {
  const [, epoch, rest = version] = kind === "rpm" ? (/^(\d+):(.*)$/.exec(version) ?? []) : [];
  const qualifiers = {
    ...(arch !== "" && { arch }),
    ...(epoch !== undefined && { epoch }),
    ...(release.id !== "" && release.version !== "" && { distro: `${release.id}-${release.version}` }),
  };
  return new PackageURL(kind, release.id || undefined, name, rest, qualifiers, undefined).toString();
}
