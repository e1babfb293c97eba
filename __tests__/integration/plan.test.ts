import { cpSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { buildLoginSection, Login } from "../../recipe/login";
import { type Plan, placeImage, Project } from "../support/project";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(120_000);

const KICKSTART = { text: "text\nreboot\n" };
const CHANGED = { text: `${KICKSTART.text}%post\ntrue\n%end\n` };

/** A project whose image is in the store, and its state as after a deploy. */
function deployed(store = temporaryFolder("store")): { project: Project; store: string } {
  const project = new Project();
  project.synth({ kickstart: KICKSTART, store });
  placeImage(project.plan("fixture"), store, project, "fixture");
  project.apply("fixture");
  return { project, store };
}

function actions(plan: Plan, name: string): readonly string[] {
  const found = plan.resource_changes.find(({ address }) => address.startsWith(`null_resource.${name}`));
  if (found === undefined) throw new Error(`no ${name} in the plan`);
  return found.change.actions;
}

/** The path that the plan promises to consumers: undefined where it is not known before the apply. */
function plannedPath(plan: Plan): string | undefined {
  const build = plan.resource_changes.find(({ address }) => address.startsWith("null_resource.image_build"));
  const triggers = build?.change.after?.["triggers"] as Record<string, string> | undefined;
  return triggers?.["image_path"];
}

function plannedFile(plan: Plan, name: string): string | undefined {
  const files = plan.planned_values.root_module.resources.filter(({ type }) => type === "local_file");
  return files.find(({ values }) => values["filename"]?.endsWith(`/${name}`))?.values["content"];
}

describe("the plan", () => {
  it("knows the path on the first plan, a consumer's in another stack too", () => {
    const project = new Project();
    project.synth({ kickstart: KICKSTART });
    const first = project.plan("fixture");
    expect(plannedPath(first)).toMatch(/images\/fixture\/[0-9a-f]{12}\/fixture.qcow2$/);
    expect(first.output_changes["image_path"]).toMatchObject({
      after: expect.stringMatching(/^\/.*fixture.qcow2$/) as unknown,
    });
    expect(first.output_changes["image_fingerprint"]).toMatchObject({ after_unknown: false });
    expect(actions(project.plan("consumer"), "by_path")).toEqual(["create"]);
  });

  it("knows the path when Terraform renders the kickstart, and shows the build's login after the text", () => {
    const project = new Project();
    const folder = temporaryFolder("template");
    writeFileSync(join(folder, "a.tmpl"), "lang ${lang}");
    project.synth({ kickstart: { template: join(folder, "a.tmpl"), variables: { lang: "en_US.UTF-8" } } });
    const plan = project.plan("fixture");
    expect(plannedPath(plan)).toMatch(/images\/fixture\/[0-9a-f]{12}\/fixture.qcow2$/);
    expect(plannedFile(plan, "kickstart.cfg")).toBe(`lang en_US.UTF-8${buildLoginSection(Login.buildKey(), "")}`);
    placeImage(plan, "images", project, "fixture");
    expect(project.apply("fixture")).toMatch(/image fixture [0-9a-f]{12} is there/);
  });

  it("takes all of a template's language, and names a variable without a value, with file and line", () => {
    const project = new Project();
    const folder = temporaryFolder("template");
    const template = join(folder, "all.tmpl");
    writeFileSync(
      template,
      [
        'lang ${ /* not "zone" */ lang }',
        "${ # neither $name",
        "  lang }",
        "%{ for key, value in { a = [1] } // and no pair",
        "~} $${HOME} ${ key }%{ endfor }",
        "${ <<-TEXT",
        '  no variable: quote" } ${ lang }',
        "  TEXT",
        "}",
      ].join("\n"),
    );
    project.synth({ kickstart: { template, variables: { lang: "C" } } });
    expect(plannedFile(project.plan("fixture"), "kickstart.cfg")).toMatch(
      /^lang C\nC\n.*\${HOME} a\nno variable: quote" } C\n\n/,
    );
    writeFileSync(template, "text\nlang ${lnag}\n");
    project.synth({ kickstart: { template, variables: { lang: "C" } } });
    expect(() => project.plan("fixture")).toThrow(
      /does not contain key "lnag",\s+referenced at\s+\S*\/all\.tmpl:2,8-12/,
    );
  });

  it("hashes texts as Terraform writes them: in Unicode's composed form, without a byte order mark", () => {
    const store = temporaryFolder("store");
    const project = new Project();
    const decomposed = "cafe\u0301 \u212b";
    const script = join(project.folder, "script.sh");
    writeFileSync(script, `\uFEFF#!/bin/sh\n# ${decomposed}\n`);
    const kickstart = { text: `\uFEFFtext\n# ${decomposed}\nreboot\n` };
    project.synth({ kickstart, store, revision: decomposed, provisioners: [script] });
    const plan = project.plan("fixture");
    expect(plannedFile(plan, "kickstart.cfg")).toMatch(/^text\n# caf\u00e9 \u00c5\n/);
    placeImage(plan, store, project, "fixture");
    expect(project.apply("fixture")).toMatch(/image fixture [0-9a-f]{12} is there/);
  });

  it("changes nothing after a deploy, and builds nothing when the store has the image", () => {
    const { project, store } = deployed();
    const again = project.plan("fixture");
    expect(again.resource_changes.filter(({ change }) => change.actions.join() !== "no-op")).toEqual([]);
    const fresh = new Project();
    fresh.synth({ kickstart: KICKSTART, store });
    expect(fresh.apply("fixture")).toMatch(/image fixture [0-9a-f]{12} is there/);
  });

  it("builds a changed image beside the old one, with both paths known, and finds the old one on a rollback", () => {
    const { project, store } = deployed();
    const before = plannedPath(project.plan("fixture"));
    project.synth({ kickstart: CHANGED, store });
    const change = project.plan("fixture");
    expect(actions(change, "image_build")).toEqual(["delete", "create"]);
    expect(plannedPath(change)).not.toBe(before);
    placeImage(change, store, project, "fixture");
    project.apply("fixture");
    project.synth({ kickstart: KICKSTART, store });
    const rollback = project.plan("fixture");
    expect(plannedPath(rollback)).toBe(before);
    expect(project.apply("fixture")).toMatch(/is there/);
  });

  it("builds again when the revision is raised", () => {
    const { project, store } = deployed();
    const before = plannedPath(project.plan("fixture"));
    project.synth({ kickstart: KICKSTART, store, revision: "2026-12" });
    const raised = project.plan("fixture");
    expect(actions(raised, "image_build")).toEqual(["delete", "create"]);
    expect(plannedPath(raised)).not.toBe(before);
  });

  it("rebuilds an image whose folder was deleted, at a known path, without replacing its consumers", () => {
    const { project, store } = deployed();
    rmSync(store, { recursive: true });
    const repair = project.plan("fixture");
    expect(actions(repair, "image_build")).toEqual(["delete", "create"]);
    expect(plannedPath(repair)).toMatch(/fixture.qcow2$/);
    expect(actions(repair, "by_path")).toEqual(["no-op"]);
    expect(actions(repair, "by_fingerprint")).toEqual(["no-op"]);
  });

  it("is the same from two checkouts that share a state and a store", () => {
    const { project, store } = deployed();
    const other = project.otherCheckout();
    other.synth({ kickstart: KICKSTART, store });
    const plan = other.plan("fixture");
    expect(plan.resource_changes.filter(({ change }) => change.actions.join() !== "no-op")).toEqual([]);
    expect(Object.values(plan.output_changes).filter((change) => change.actions.join() !== "no-op")).toEqual([]);
  });

  it("replaces nothing that uses the fingerprint when two checkouts of one state have stores of their own", () => {
    const { project } = deployed("images");
    const other = project.otherCheckout();
    cpSync(join(project.folder, "images"), join(other.folder, "images"), { recursive: true });
    other.synth({ kickstart: KICKSTART, store: "images" });
    const changes = other.plan("fixture").resource_changes.filter(({ change }) => change.actions.join() !== "no-op");
    expect(changes.map(({ address }) => address)).toEqual(["null_resource.by_path"]);
  });

  it("removes the request on destroy and keeps the image", () => {
    const { project, store } = deployed();
    project.destroy("fixture");
    const fresh = new Project();
    fresh.synth({ kickstart: KICKSTART, store });
    expect(fresh.apply("fixture")).toMatch(/is there/);
  });

  it("has a request of its own for each workspace, one that `terraform workspace select` chose too", () => {
    const project = new Project();
    project.synth({ kickstart: KICKSTART });
    const byDefault = requestOf(project.plan("fixture"));
    expect(requestOf(project.plan("fixture", { TF_WORKSPACE: "" }))).toBe(byDefault);
    project.terraform("fixture", ["workspace", "new", "staging"]);
    const selected = requestOf(project.plan("fixture"));
    expect(selected).not.toBe(byDefault);
    project.terraform("fixture", ["workspace", "select", "default"]);
    expect(requestOf(project.plan("fixture", { TF_WORKSPACE: "staging" }))).toBe(selected);
  });

  it("accepts any characters in a store's path", () => {
    const { project, store } = deployed(ODD);
    expect(existsSync(join(project.folder, store, "fixture"))).toBe(true);
    project.apply("consumer");
    const { resources } = project.plan("consumer").planned_values.root_module;
    const paths = resources.map(({ values }) => (values["triggers"] as unknown as Record<string, string>)["path"]);
    expect(paths.filter(Boolean)).toEqual([expect.stringContaining(join(project.folder, store, "fixture"))]);
    expect(made(project)).toEqual([]);
  });

  it("accepts any characters in the path of an image made elsewhere, and reports when it is missing", () => {
    const project = new Project();
    const elsewhere = join(project.folder, `${ODD}.raw`);
    project.synth({ kickstart: KICKSTART, elsewhere });
    expect(() => project.apply("machine")).toThrow(`${elsewhere} is missing: put the image there`);
    expect(made(project)).toEqual([]);
  });
});

/** A path that shells and Terraform would read things into. */
const ODD = "odd ' \" ${x} %{y} $(touch made) `touch made` ;touch made;#";

/** What a shell has made of such a path. */
function made({ folder }: Project): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => basename(file) === "made");
}

/** The folder of the request that a plan writes. */
function requestOf(plan: Plan): string | undefined {
  const { resources } = plan.planned_values.root_module;
  return resources.find(({ type }) => type === "local_file")?.values["filename"]?.replace(/[^/]*$/, "");
}
