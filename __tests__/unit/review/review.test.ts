import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformStack } from "cdktf";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { DEMO_INSTALLER } from "../../../kickstart/demo";
import { Platform } from "../../../platforms/platform";
import { InstallMedium } from "../../../recipe/medium";
import { Secret } from "../../../recipe/secret";
import { plannedImages } from "../../../review/planned";
import { writeReview } from "../../../review/write";
import { pathsOfImage } from "../../../store/layout";
import { someApp, someImage } from "../../support/app";
import { makeStore, place, placeImage, placeRequest } from "../../support/fake-store";
import { stacksOf } from "../../support/review";
import { temporaryFolder } from "../../support/temporary";

/** No expression of these apps needs Terraform. */
const NO_TERRAFORM = "/nonexistent/terraform";

/** An app with one image, taken by another stack, and its review's pages by file name. */
async function review(store: string, kickstart: Kickstart, memoryMiB = 1024): Promise<Record<string, string>> {
  const app = someApp();
  const { image } = new ImageStack(app, "web", someImage({ store, kickstart, memoryMiB }));
  image.referTo(new TerraformStack(app, "servers"));
  app.synth();
  const folder = join(temporaryFolder("review"), "pages");
  await writeReview(await plannedImages(stacksOf(app), NO_TERRAFORM), folder);
  return Object.fromEntries(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), "utf8")]));
}

/** Places an image that was made from another kickstart and with less memory. */
function placeBefore(store: string, request: object): void {
  const paths = placeImage(store, "web", "a");
  placeRequest(paths);
  place(join(paths.image, "recipe", "build.json"), JSON.stringify(request));
  place(join(paths.image, "recipe", "kickstart.cfg"), "text\nlang de_DE.UTF-8\n");
}

describe("the review of an app", () => {
  it("has a first page with each image, its state and who takes it, and a page for the image", async () => {
    const pages = await review(makeStore(), Kickstart.fromText("text\nlang en_US.UTF-8\n"));
    expect(Object.keys(pages).sort()).toEqual(["index.html", "web.web.html"]);
    expect(pages["index.html"]).toMatch(/1 missing/);
    expect(pages["index.html"]).toMatch(/<a href="web\.web\.html">web<\/a>/);
    expect(pages["index.html"]).toMatch(/stack servers/);
    expect(pages["index.html"]).toMatch(/<svg/);
    expect(pages["web.web.html"]).toMatch(/the next deploy builds it/);
  });

  it("shows an export as what takes the image, not as an image", async () => {
    const app = someApp();
    new ImageStack(app, "web", { ...someImage(), exports: [Platform.azure()] });
    app.synth();
    const [image, ...others] = await plannedImages(stacksOf(app), NO_TERRAFORM);
    expect(others).toEqual([]);
    expect(image?.consumers).toEqual([expect.stringMatching(/^null_resource\.azure/)]);
  });

  it("shows an image that is built on another one without a kickstart, and as what takes that", async () => {
    const app = someApp();
    const store = makeStore();
    const { image: base } = new ImageStack(app, "golden", someImage({ store }));
    const medium = InstallMedium.image(base);
    new ImageStack(app, "web", { release: DEMO_INSTALLER, medium, store });
    app.synth();
    const folder = join(temporaryFolder("review"), "pages");
    const planned = await plannedImages(stacksOf(app), NO_TERRAFORM);
    await writeReview(planned, folder);
    expect(planned.map(({ name, consumers }) => [name, consumers])).toEqual([
      ["golden", ["stack web"]],
      ["web", []],
    ]);
    const page = readFileSync(join(folder, "web.web.html"), "utf8");
    expect(page).toContain(`the image golden/${base.fingerprint.slice(0, 12)}`);
    expect(page).toContain("None: it is built on another image.");
  });

  it("shows findings below their lines", async () => {
    const pages = await review(makeStore(), Kickstart.fromText("text\nlang en_US.UTF-8\nbogus --option\n"));
    expect(pages["web.web.html"]).toMatch(/id="L3".*?<\/tr>\s*<tr class="finding error">.*?KS\d{3}/s);
  });

  it("shows what changed against the image that a state asks for: lines, and values of properties", async () => {
    const store = makeStore();
    const app = someApp();
    new ImageStack(app, "web", someImage({ store, memoryMiB: 1024 }));
    app.synth();
    const [planned] = await plannedImages(stacksOf(app), NO_TERRAFORM);
    placeBefore(store, planned?.request ?? {});
    const pages = await review(store, Kickstart.fromText("text\nlang en_US.UTF-8\n"), 2048);
    expect(pages["web.web.html"]).toMatch(/class="removed">lang de_DE\.UTF-8</);
    expect(pages["web.web.html"]).toMatch(/class="added">lang en_US\.UTF-8</);
    expect(pages["web.web.html"]).toMatch(/<td>memoryMiB<\/td>\s*<td>1024<\/td>\s*<td>2048<\/td>/);
    expect(pages["index.html"]).toMatch(/kickstart\.cfg, .*memoryMiB/);
  });

  it("says that an image is built when the store has it", async () => {
    const store = makeStore();
    const kickstart = Kickstart.fromText("text\n");
    const { image } = new ImageStack(someApp(), "web", someImage({ store, kickstart, memoryMiB: 1024 }));
    const paths = pathsOfImage(store, "web", image.fingerprint.slice(0, 12));
    const other = readFileSync(placeImage(store, "other", "b").manifest, "utf8");
    const manifest = { ...(JSON.parse(other) as object), name: "web", fingerprint: image.fingerprint };
    place(join(paths.image, "other.raw"), "disk b");
    place(paths.manifest, JSON.stringify(manifest));
    const pages = await review(store, kickstart);
    expect(pages["index.html"]).toMatch(/1 built/);
    expect(pages["web.web.html"]).toMatch(/<caption>\s*Phases\s*<\/caption>[^]*<td>install<\/td>\s*<td>5\.0<\/td>/);
  });

  it("opens when the store holds what is no store, and when files in it are damaged", async () => {
    const store = makeStore();
    const paths = placeImage(store, "web", "c");
    writeFileSync(paths.manifest, "{");
    place(join(paths.image, "recipe", "build.json"), "[]");
    const pages = await review(store, Kickstart.fromText("text\n"));
    expect(pages["index.html"]).toMatch(/1 missing/);
  });

  it("never holds a secret's value, runs no script, and escapes what kickstarts hold", async () => {
    process.env["REVIEW_SECRET"] = "hunter2-value";
    const secret = Secret.fromEnv("REVIEW_SECRET");
    const text = `rootpw --plaintext ${secret.marker}\n# <script>alert(1)</script>\n`;
    const pages = await review(makeStore(), Kickstart.fromText(text, { secrets: [secret] }));
    delete process.env["REVIEW_SECRET"];
    const all = Object.values(pages).join("");
    expect(all).not.toMatch(/hunter2|<script/);
    expect(all).toContain(`<span class="marker">${secret.marker}</span>`);
    expect(all).toContain("default-src &#39;none&#39;");
  });
});
