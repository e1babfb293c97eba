import { Annotations } from "cdktf";
import type { Construct } from "constructs";
import { toText } from "../kickstart/checks/report";
import { type KickstartFile, validateKickstarts } from "../kickstart/checks/validate";
import { UserError } from "../util/user-error";

/** What the images of one app know of each other. */
interface AppImages {
  /** Path in the app of the image of that store and name. */
  readonly taken: Map<string, string>;
  /** Kickstarts that are not yet checked, by their image. */
  readonly unchecked: Map<Construct, KickstartFile>;
}

const appImages = new WeakMap<Construct, AppImages>();

function imagesOf({ node }: Construct): AppImages {
  const root = node.root as Construct;
  const known = appImages.get(root) ?? { taken: new Map(), unchecked: new Map() };
  appImages.set(root, known);
  return known;
}

/** @throws UserError if another image of the app goes to the same folder of the same store */
export function refuseSecondOfName(image: Construct, store: string, name: string): void {
  const { taken } = imagesOf(image);
  const key = `${store}\0${name}`;
  const other = taken.get(key);
  if (other !== undefined) {
    throw new UserError(
      `two images are named "${name}": "${other}" and "${image.node.path}": give one another name or store`,
    );
  }
  taken.set(key, image.node.path);
}

/**
 * Has a kickstart checked when the app is synthesized. The first image that cdktf validates checks those of the whole
 * app, so that pykickstart is started once. Warnings become annotations of their image. `OS_IMAGES_NO_VALIDATE=1` turns
 * it off.
 */
export function checkAtSynth(image: Construct, kickstart: KickstartFile): void {
  const { unchecked } = imagesOf(image);
  unchecked.set(image, kickstart);
  image.node.addValidation({
    validate: () => {
      checkAll(unchecked);
      return [];
    },
  });
}

/** @throws UserError with every finding if one is an error */
function checkAll(unchecked: Map<Construct, KickstartFile>): void {
  if (unchecked.size === 0 || process.env["OS_IMAGES_NO_VALIDATE"] === "1") return;
  const images = [...unchecked.keys()];
  const findings = validateKickstarts([...unchecked.values()]).map((all) =>
    all.filter(({ severity }) => severity !== "info"),
  );
  const errors = findings.flat().filter(({ severity }) => severity === "error").length;
  if (errors > 0) {
    throw new UserError(`${errors} of the kickstarts' findings are errors:\n${toText(findings.flat()).trimEnd()}`);
  }
  unchecked.clear();
  images.forEach((image, index) => {
    for (const finding of findings[index] ?? []) Annotations.of(image).addWarning(toText([finding]).trimEnd());
  });
}
