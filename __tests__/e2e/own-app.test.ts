import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { OwnApp } from "../support/own-app";

const ROOT = resolve(__dirname, "..", "..");

/** All files below a folder, as paths below it. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Both build in `npm run test:long`. */
describe("an app of one's own", () => {
  let app: OwnApp;
  beforeAll(() => void (app = OwnApp.example()), 300_000);

  it("compiles and synthesizes, its builder inside of the package", () => {
    expect(app.bin("tsc", [])).toBe("");
    app.bin("cdktf", ["synth"]);
    const stack = readFileSync(join(app.folder, "cdktf.out/stacks/web/cdk.tf.json"), "utf8");
    expect(stack).toContain(`${app.folder}/node_modules/os-images/lib/builder/main.js `);
    expect(app.bin("os-images", ["validate", "web.cfg", "--release", "rhel9"])).not.toContain("error");
  });

  it("can run the package's doctor and setup commands, which have all files that they need", () => {
    expect(app.bin("os-images", ["doctor"])).toMatch(/^packer +\d/m);
    expect(app.bin("os-images", ["setup"])).toContain("nothing to do");
    const pins = filesIn(join(app.folder, "node_modules/os-images/lib/setup/modules"));
    expect(pins).toEqual(filesIn(join(ROOT, "setup/modules")));
  });

  it("gets no message that names an npm script of the checkout", () => {
    const lib = join(app.folder, "node_modules/os-images/lib");
    const texts = filesIn(lib).filter((file) => /\.(js|sh|py)$/.test(file) && !file.startsWith("imports/"));
    expect(texts.filter((file) => readFileSync(join(lib, file), "utf8").includes("npm run"))).toEqual([]);
  });

  it("starts in an empty folder by os-images init, then compiles, synthesizes and plans", () => {
    const fresh = app.emptyFolder();
    app.init(fresh);
    expect(app.bin("tsc", ["-p", fresh])).toBe("");
    app.bin("cdktf", ["synth"], fresh);
    const stack = join(fresh, "cdktf.out/stacks/web");
    app.environment = JSON.parse(app.bin("os-images", ["env", "--json"])) as NodeJS.ProcessEnv;
    const terraform = app.environment["TERRAFORM_BINARY_NAME"] ?? "terraform";
    app.run(terraform, ["init", "-input=false"], stack);
    expect(app.run(terraform, ["plan", "-input=false", "-no-color"], stack)).toContain("image_path");
  });
});
