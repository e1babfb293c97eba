import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { plannedImages } from "../../../review/planned";
import { writeReview } from "../../../review/write";
import { someApp, someImage } from "../../support/app";
import { inBrowser, itInBrowser } from "../../support/browser";
import { makeStore, place, placeImage } from "../../support/fake-store";
import { stacksOf } from "../../support/review";
import { SOUND } from "../../support/sound-kickstart";
import { temporaryFolder } from "../../support/temporary";

/** Elements that a narrow page would have to be scrolled for, but for those that scroll in a box of their own. */
const WIDER_THAN_PAGE = `[...document.querySelectorAll("body *")]
  .filter((element) => !element.parentElement.closest(".wide, pre, .graph"))
  .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((element) => element.outerHTML.slice(0, 200))`;

/** The first page of the review of an app with one image, which has a finding and an image before it. */
async function review(): Promise<string> {
  const app = someApp();
  const store = makeStore();
  new ImageStack(app, "web", someImage({ store, kickstart: Kickstart.fromText(`${SOUND}bogus\n`) }));
  app.synth();
  place(join(placeImage(store, "web", "a").image, "recipe", "kickstart.cfg"), SOUND);
  return writeReview(
    await plannedImages(stacksOf(app), "/nonexistent/terraform"),
    join(temporaryFolder("review"), "pages"),
  );
}

describe("the review in a browser", () => {
  itInBrowser("opens from the file system, leads to each image by keyboard, and axe finds nothing", async () => {
    const index = pathToFileURL(await review()).href;
    const printed = await inBrowser(async (page) => {
      await page.goto(index);
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.keyboard.press("Tab"); // the link over the navigation
      await page.getByRole("link", { name: "web", exact: true }).first().focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: "web" }).waitFor();
      for (const details of await page.locator("summary").all()) await details.click();
      expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
      await page.setViewportSize({ width: 360, height: 700 });
      expect(await page.evaluate(WIDER_THAN_PAGE)).toEqual([]);
    });
    expect(printed).toEqual([]);
  });
});
