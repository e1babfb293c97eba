import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OwnApp } from "../support/own-app";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(1_800_000);

/** Whether the app's store has the image "web". */
function hasImage({ folder }: OwnApp): boolean {
  const images = join(folder, "images", "web");
  return readdirSync(images).some((name) => existsSync(join(images, name, "manifest.json")));
}

test("an app of one's own builds with the package that it installed", () => {
  const app = OwnApp.example();
  app.run("npm", ["run", "deploy", "--", "web-servers", "--auto-approve"]);
  expect(hasImage(app)).toBe(true);
});

test("an app made by os-images init deploys at once, with the tools of os-images setup", () => {
  const app = OwnApp.initialized();
  app.environment = { XDG_CACHE_HOME: temporaryFolder("cache") };
  app.bin("os-images", ["setup"]);
  app.run("npm", ["run", "deploy", "--", "--auto-approve"]);
  expect(hasImage(app)).toBe(true);
});
