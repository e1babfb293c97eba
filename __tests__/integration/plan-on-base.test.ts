import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FixtureProps } from "../support/fixture-app";
import { type Plan, placeImage, Project } from "../support/project";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(120_000);

/** A kickstart whose text Terraform alone knows, so that the base's fingerprint is known in the plan at the earliest. */
function kickstart(): (lang: string) => FixtureProps["kickstart"] {
  const template = join(temporaryFolder("template"), "a.tmpl");
  writeFileSync(template, "lang ${lang}\n");
  return (lang) => ({ template, variables: { lang } });
}

type Change = Plan["resource_changes"][number]["change"];

function changeOf(plan: Plan, resource: string): Change {
  const found = plan.resource_changes.find(({ address }) => address.startsWith(`null_resource.${resource}`));
  if (found === undefined) throw new Error(`no ${resource} in the plan`);
  return found.change;
}

const triggersOf = (plan: Plan, resource: string): Record<string, string> =>
  (changeOf(plan, resource).after?.["triggers"] ?? {}) as Record<string, string>;

describe("an image that is built on another one", () => {
  it("is built anew after it if that changes, in one deploy, with a path that the plan knows", () => {
    const project = new Project();
    const of = kickstart();
    const planned = (lang: string): Plan => {
      project.synth({ kickstart: of(lang), derived: "beside" });
      return project.plan("fixture");
    };
    const first = planned("one");
    for (const image of ["fixture", "derived"]) placeImage(first, "images", project, "fixture", undefined, image);
    const applied = project.apply("fixture");
    expect(applied.indexOf("image fixture ")).toBeLessThan(applied.indexOf("image derived "));
    const second = planned("two");
    const [before, after] = [first, second].map((plan) => triggersOf(plan, "derived_build"));
    expect(after?.["image_path"]).toMatch(/images\/derived\/[0-9a-f]{12}\/derived.qcow2$/);
    expect(after?.["image_path"]).not.toBe(before?.["image_path"]);
    expect(after?.["base_fingerprint"]).toBe(triggersOf(second, "image_build")["image_fingerprint"]);
    expect(changeOf(second, "of_derived").actions).toEqual(["delete", "create"]);
  });

  it("follows it into a stack of its own, and is left alone by a base that lost its folder, and in another checkout", () => {
    const project = new Project();
    const of = kickstart();
    project.synth({ kickstart: of("one"), derived: "elsewhere" });
    placeImage(project.plan("fixture"), "images", project, "fixture");
    project.apply("fixture");
    const plan = project.plan("derived");
    expect(triggersOf(plan, "derived_build")["image_path"]).toMatch(/images\/derived\/[0-9a-f]{12}\/derived.qcow2$/);
    placeImage(plan, "images", project, "derived");
    project.apply("derived");
    rmSync(join(project.folder, "images", "fixture"), { recursive: true });
    expect(changeOf(project.plan("fixture"), "image_build").actions).toEqual(["delete", "create"]);
    expect(changeOf(project.plan("derived"), "derived_build").actions).toEqual(["no-op"]);
    const checkout = project.otherCheckout();
    checkout.synth({ kickstart: of("one"), derived: "elsewhere" });
    const other = changeOf(checkout.plan("derived"), "derived_build").after?.["triggers"];
    expect(other).toEqual(triggersOf(plan, "derived_build"));
  });
});
