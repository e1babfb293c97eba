import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OwnApp } from "../support/own-app";

test("an app of one's own builds with the package that it installed", () => {
  const app = new OwnApp();
  const cdktf = join(app.folder, "node_modules/.bin/cdktf");
  app.run(cdktf, ["deploy", "web", "web-servers", "--auto-approve", "--skip-provider-lock"]);
  const folder = join(app.folder, "images", "web");
  const [image = ""] = readdirSync(folder).filter((name) => /^[0-9a-f]{12}$/.test(name));
  expect(existsSync(join(folder, image, "manifest.json"))).toBe(true);
}, 900_000);
