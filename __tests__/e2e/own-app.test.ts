import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { OwnApp } from "../support/own-app";
import { type Plan, placeImage } from "../support/project";

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

  it("may be the example of libvirt machines, which compiles and synthesizes too", () => {
    const example = app.emptyFolder();
    cpSync(join(ROOT, "examples/libvirt"), example, { recursive: true });
    expect(app.bin("tsc", ["-p", example])).toBe("");
    app.environment = { AUTHORIZED_KEY: `ssh-ed25519 ${"A".repeat(68)}` };
    app.run("node", ["--require", "tsx/cjs", "main.ts"], example);
    const stack = readFileSync(join(example, "cdktf.out/stacks/machines/cdk.tf.json"), "utf8");
    expect(stack.match(/"type": "qemu"/g)).toHaveLength(2);
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

  it("gives Terraform the same on cdktn, the fork of cdktf, and deploys on either", () => {
    const fork = OwnApp.exampleOnCdktn(app);
    expect(fork.bin("tsc", [])).toBe("");
    const [cdktf, cdktn] = [app, fork].map((one) => {
      one.run("node", ["--require", "tsx/cjs", "main.ts"]);
      one.environment = JSON.parse(one.bin("os-images", ["env", "--json"])) as NodeJS.ProcessEnv;
      return { framework: frameworkOf(one), stack: stackOf(one), output: deployFound(one) };
    });
    expect([cdktf?.framework, cdktn?.framework]).toEqual(["cdktf", "cdktn"]);
    expect(cdktn?.stack === cdktf?.stack).toBe(true);
    for (const one of [cdktf, cdktn]) expect(one?.output).toMatch(/ disk +\/.*\/web\.qcow2$/m);
  }, 300_000);
});

/** The stack of an app's image as Terraform gets it, without what names the app's folder and the framework's version. */
function stackOf(app: OwnApp): string {
  const file = join(app.folder, "cdktf.out/stacks/web/cdk.tf.json");
  const stack = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  delete stack["//"];
  // The key of the state has the folder of the state in it.
  return JSON.stringify(stack)
    .replaceAll(app.folder, "APP")
    .replace(/[0-9a-f]{64}\/\$\{terraform.workspace\}/g, "KEY");
}

/** Deploys the app's machines, of an image that is in the store as a build would have left it. */
function deployFound(app: OwnApp): string {
  const terraform = app.environment["TERRAFORM_BINARY_NAME"] ?? "terraform";
  const stack = join(app.folder, "cdktf.out/stacks/web");
  app.run(terraform, ["init", "-input=false"], stack);
  app.run(terraform, ["plan", "-input=false", "-out=plan"], stack);
  placeImage(JSON.parse(app.run(terraform, ["show", "-json", "plan"], stack)) as Plan, "images", app, "web");
  return app.bin("os-images", ["deploy", "web-servers", "--auto-approve"]);
}

function frameworkOf({ folder }: OwnApp): string {
  const file = join(folder, "node_modules/cdktf/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { name: string }).name;
}
