import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { makeStore, place, placeImage } from "../../support/fake-store";
import { whyNoLibvirt } from "../../support/libvirtd";
import { Terraform } from "../../support/terraform";

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, "..", "..", "..");
const MODULE = join(ROOT, "terraform", "os-image");

/** A configuration that takes an image by the module, and has a resource whose identity is the image's. */
function consumer(store: string, values: Readonly<Record<string, string>> = {}): Terraform {
  const words = Object.entries({ store, name: "web", ...values }).map(([key, value]) => `  ${key} = "${value}"\n`);
  return new Terraform(`module "image" {
  source = "${MODULE}"
${words.join("")}}
output "image" { value = module.image }
resource "terraform_data" "machine" { triggers_replace = module.image.fingerprint }
`);
}

function storeWithTwo(): string {
  const store = makeStore();
  placeImage(store, "web", "a", "2026-11-02");
  placeImage(store, "web", "b", "2026-11-01");
  return store;
}

describe("the Terraform module os-image", () => {
  it("gives the newest image's values when no fingerprint is asked for", () => {
    const store = storeWithTwo();
    const terraform = consumer(store);
    expect(terraform.apply()).toMatchObject({ status: 0 });
    expect(terraform.outputs()["image"]).toEqual({
      path: join(store, "web/aaaaaaaaaaaa/web.raw"),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
      format: "raw",
      firmware: "bios",
      fingerprint: "a".repeat(64),
    });
  });

  it("gives the image whose fingerprint begins with the digits, known in the plan", () => {
    const terraform = consumer(storeWithTwo(), { fingerprint: "b".repeat(20) });
    expect(terraform.plan().output).toContain(`+ fingerprint = "${"b".repeat(64)}"`);
  });

  it("shows the old and the new fingerprint in the plan when a newer image was built, and replaces its consumers", () => {
    const store = storeWithTwo();
    const terraform = consumer(store);
    terraform.apply();
    expect(terraform.plan().output).toContain("No changes.");
    placeImage(store, "web", "c", "2026-11-03");
    const { output } = terraform.plan();
    expect(output).toContain(`~ fingerprint = "${"a".repeat(64)}" -> "${"c".repeat(64)}"`);
    expect(output).toContain("terraform_data.machine must be replaced");
  });

  it("ignores images whose manifest is missing, broken or of another version", () => {
    const store = storeWithTwo();
    rmSync(placeImage(store, "web", "c", "2026-11-03").manifest);
    writeFileSync(placeImage(store, "web", "d", "2026-11-04").manifest, "{");
    place(join(store, "web/.failed/eeeeeeeeeeee/manifest.json"), "{}");
    const terraform = consumer(store);
    terraform.apply();
    expect(terraform.outputs()["image"]).toMatchObject({ fingerprint: "a".repeat(64) });
    const { status, output } = consumer(store, { fingerprint: "dddddddddddd" }).plan();
    expect([status, output]).toEqual([1, expect.stringMatching(/cannot read dddddddddddd: use the one/)]);
  });

  it.each([
    ["a fingerprint that the store lacks", { fingerprint: "f".repeat(12) }, /it has web\/aaaaaaaaaaaa, bbbbbbbbbbbb/],
    ["digits that differ after the twelfth", { fingerprint: `${"a".repeat(12)}b` }, /There is no image web\/a{12}b/],
    ["a name that the store lacks", { name: "wbe" }, /it has none of that name/],
    ["a store that is not there", { store: "/nowhere" }, /in the store \/nowhere: it has none/],
    ["a name that is no name", { name: "../web" }, /a DNS label/],
    ["a fingerprint that is none", { fingerprint: "latest" }, /Write "newest", or 12 to 64 hex digits/],
  ])("fails the plan with one message on %s", (_, values, message) => {
    const { status, output } = consumer(storeWithTwo(), values).plan();
    expect([status, output]).toEqual([1, expect.stringMatching(message)]);
    expect(output.match(/^Error: /gm)).toHaveLength(1);
  });

  it("fails the apply when the image was removed after the plan, and changes nothing", () => {
    const store = storeWithTwo();
    const terraform = consumer(store, { fingerprint: "bbbbbbbbbbbb" });
    terraform.run("plan", "-out=plan");
    rmSync(join(store, "web/bbbbbbbbbbbb"), { recursive: true });
    const { status, output } = terraform.run("apply", "plan");
    expect([status, output]).toEqual([1, expect.stringContaining("There is no image web/bbbbbbbbbbbb")]);
    expect(terraform.run("state", "list").output).toBe("");
  });

  it("fails the plan when the image's disk is gone, but destroys without it", () => {
    const store = storeWithTwo();
    const terraform = consumer(store);
    terraform.apply();
    rmSync(join(store, "web/aaaaaaaaaaaa/web.raw"));
    expect(terraform.plan().output).toContain("Run `npx os-images verify web`");
    rmSync(dirname(store), { recursive: true });
    expect(terraform.run("destroy", "-auto-approve")).toMatchObject({ status: 0 });
  });
});

test("the example of plain Terraform takes an image out of a store, and its machine has the image's disk", () => {
  const store = makeStore();
  placeImage(store, "demo", "a");
  const example = readFileSync(join(ROOT, "examples/plain-terraform/from-store/main.tf"), "utf8");
  const terraform = new Terraform(example.replace("../../../terraform/os-image", MODULE));
  const { status, output } = terraform.run("apply", "-auto-approve", `-var=store=${store}`);
  expect([status, output]).toEqual([0, expect.stringContaining(`image: ${store}/demo/aaaaaaaaaaaa/demo.raw`)]);
});

const noLibvirt = whyNoLibvirt();

(noLibvirt === undefined ? test : test.skip)(
  `the example of plain Terraform for libvirt is valid for the provider${noLibvirt === undefined ? "" : ` (skipped: ${noLibvirt})`}`,
  () => {
    const example = readFileSync(join(ROOT, "examples/plain-terraform/libvirt/main.tf"), "utf8");
    const terraform = new Terraform(example.replace("../../../terraform/os-image", MODULE));
    expect(terraform.run("validate")).toEqual({ status: 0, output: expect.stringContaining("Success!") as string });
  },
);

test("hand-written Terraform is formatted", () => {
  const terraform = new Terraform("");
  expect(terraform.run("fmt", "-check", "-recursive", join(ROOT, "terraform"), join(ROOT, "examples"))).toEqual({
    status: 0,
    output: "",
  });
});
