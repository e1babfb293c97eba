import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { OwnApp } from "../support/own-app";

test("an app of one's own builds with the package that it installed", () => {
  const app = new OwnApp();
  app.run("npm", ["run", "deploy", "--", "web-servers", "--auto-approve"]);
  const folder = join(app.folder, "images", "web");
  const [image = ""] = readdirSync(folder).filter((name) => /^[0-9a-f]{12}$/.test(name));
  expect(existsSync(join(folder, image, "manifest.json"))).toBe(true);
  app.remove();
}, 900_000);
