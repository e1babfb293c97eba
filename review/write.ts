import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../kickstart/checks/finding";
import { requestedKickstart } from "../kickstart/checks/requested";
import { validateKickstarts } from "../kickstart/checks/validate";
import { KICKSTART_FILE } from "../recipe/files";
import { writeWhole } from "../util/whole-file";
import { type ReviewedImage, reviewImage } from "./compare";
import { imagePage } from "./image-page";
import { pageOf } from "./names";
import { overviewPage } from "./overview-page";
import type { PlannedImage } from "./planned";

/**
 * Writes the review of an app's images into a folder, which is made anew: `index.markup` and a page for each image. The
 * pages load nothing and run no script. Returns the path of the first.
 */
export async function writeReview(planned: readonly PlannedImage[], folder: string): Promise<string> {
  const images = planned.map(reviewImage);
  const findings = findingsOf(images);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const image of images) {
    writeWhole(join(folder, pageOf(image.planned)), imagePage(image, findings.get(image) ?? []));
  }
  const index = join(folder, "index.html");
  writeWhole(index, await overviewPage(images));
  return index;
}

/** The findings in the kickstarts whose text is known, all checked at once. */
function findingsOf(images: readonly ReviewedImage[]): ReadonlyMap<ReviewedImage, readonly Finding[]> {
  const known = images.flatMap((image) => {
    const { request, texts } = image.planned;
    const text = texts.get(KICKSTART_FILE);
    const file = request === undefined || text === undefined ? undefined : requestedKickstart(request, text);
    return file === undefined ? [] : [{ image, file }];
  });
  const all = validateKickstarts(known.map(({ file }) => file));
  return new Map(known.map(({ image }, index) => [image, all[index] ?? []]));
}
