import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformVariable } from "cdktf";
import { Kickstart } from "../../../constructs/kickstart";
import { rhel9 } from "../../../imports/kickstart/rhel9";
import { buildLoginSection, Login, withoutBuildLogin } from "../../../recipe/login";
import { Secret } from "../../../recipe/secret";
import { sha256 } from "../../../util/digest";
import { fileWritten, imageIn, ownStack, someStack, synthesized } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

const folder = temporaryFolder("kickstart");
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe("a kickstart", () => {
  it("from a template is rendered and hashed by Terraform", () => {
    const template = file("a.cfg.tmpl", "lang ${lang}\n");
    const stack = someStack({ kickstart: Kickstart.fromTemplate(template, { lang: "en_${x}" }) });
    const json = synthesized(stack);
    expect(fileWritten(json, "kickstart.cfg")).toMatch(/^\$\{local\.image_kickstart_/);
    expect(JSON.stringify(json.locals)).toContain("${templatefile(");
    expect(JSON.stringify(json.locals)).toContain("en_$${x}");
  });

  it("from a template takes secrets as values, and has their markers in the text", () => {
    const template = file("b.cfg.tmpl", "rootpw ${root.password}\n");
    const kickstart = Kickstart.fromTemplate(template, { root: { password: Secret.fromEnv("ROOT") } });
    expect(kickstart.secrets.map(({ name }) => name)).toEqual(["ROOT"]);
    expect(JSON.stringify(synthesized(someStack({ kickstart })).locals)).toContain("@@secret:ROOT@@");
  });

  it("in the typed form is known before the plan, and takes secrets by their markers", () => {
    const root = Secret.fromEnv("ROOT");
    const document = { lang: "en_US.UTF-8", rootpw: { password: root.marker, plaintext: true as const } };
    const kickstart = Kickstart.typed(rhel9, document, { secrets: [root] });
    const stack = someStack({ kickstart });
    expect(stack.image.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(fileWritten(synthesized(stack), "kickstart.cfg")).toContain('rootpw --plaintext "@@secret:ROOT@@"');
  });

  it("in the typed form takes references to Terraform values, and is then known in the plan", () => {
    const stack = ownStack();
    const lang = new TerraformVariable(stack, "lang", { type: "string" });
    imageIn(stack, { kickstart: Kickstart.typed(rhel9, { lang: lang.stringValue }) });
    expect(JSON.stringify(synthesized(stack).locals)).toContain('lang \\"${var.lang}\\"');
    expect(fileWritten(synthesized(stack), "kickstart.cfg")).toMatch(/^\$\{local\.image_kickstart_/);
  });

  it("is an error when a template has the marker of a secret that it is not given", () => {
    const template = file("d.cfg.tmpl", "rootpw ${password}\n");
    const kickstart = Kickstart.fromTemplate(template, { password: "@@secret:ROOT@@" });
    expect(() => someStack({ kickstart })).toThrow('names the secret "ROOT", which it is not given');
  });

  it("is an error that names the file when it is missing", () => {
    expect(() => Kickstart.fromTemplate("no/such.tmpl")).toThrow(
      'kickstart file "no/such.tmpl" cannot be read (ENOENT)',
    );
    expect(() => Kickstart.fromFile(folder)).toThrow(`kickstart file "${folder}" cannot be read (EISDIR)`);
  });

  it("is taken in Unicode's composed form and without a byte order mark, as Terraform writes it", () => {
    const given = "\uFEFFtext\n# cafe\u0301\n";
    const stack = (kickstart: Kickstart) => someStack({ kickstart, buildLogin: Login.none() });
    for (const kickstart of [Kickstart.fromText(given), Kickstart.fromFile(file("mark.cfg", given))]) {
      expect(fileWritten(synthesized(stack(kickstart)), "kickstart.cfg")).toBe("text\n# caf\u00e9\n");
      const composed = stack(Kickstart.fromText("text\n# caf\u00e9\n")).image;
      expect(stack(kickstart).image.fingerprint).toBe(composed.fingerprint);
    }
  });

  it("is an error that names the file when it is not UTF-8", () => {
    const latin1 = file("latin1.cfg", Buffer.from([0x23, 0xe9, 0x0a]));
    expect(() => Kickstart.fromFile(latin1)).toThrow(`kickstart file "${latin1}" is not UTF-8`);
  });
});

describe("the build's login", () => {
  const OWN = "lang en_US.UTF-8\n";
  const ADDED = buildLoginSection(Login.buildKey(), OWN);

  it.each<[string, Kickstart]>([
    ["typed", Kickstart.typed(rhel9, { lang: "en_US.UTF-8" })],
    ["a text", Kickstart.fromText(OWN)],
    ["a text without a newline at its end", Kickstart.fromText(OWN.trimEnd())],
    ["a file", Kickstart.fromFile(file("own.cfg", OWN))],
    ["a text that speaks of the marker in a comment", Kickstart.fromText(`# no @@ssh_key@@ here\n${OWN}`)],
  ])("is added to a kickstart that is %s, and is in the fingerprint", (_, kickstart) => {
    const json = synthesized(someStack({ kickstart }));
    const content = fileWritten(json, "kickstart.cfg");
    const { recipe } = JSON.parse(fileWritten(json, "build.json")) as { recipe: { kickstart: string } };
    expect(content).toBe(`${kickstart.raw}${ADDED}`);
    expect(recipe.kickstart).toBe(sha256(content));
    expect(ADDED).toMatch(
      /^\n# The login of the build, added by os-images\.[^]*\n%post[^]*\nuser=packer\n[^]*\n%end\n$/,
    );
  });

  it("is added after the text that Terraform renders from a template", () => {
    const kickstart = Kickstart.fromTemplate(file("own.cfg.tmpl", "lang ${lang}\n"), { lang: "en_US.UTF-8" });
    const json = synthesized(someStack({ kickstart }));
    const [name = "", text] = Object.entries(json.locals ?? {}).find(([key]) => key.includes("kickstart")) ?? [];
    expect(text).toMatch(/^\$\{local\.image_rendered_\w+\}/);
    expect(String(text).replace(/^[^}]*\}/, "")).toBe(ADDED);
    expect(fileWritten(json, "kickstart.cfg")).toBe(`\${local.${name}}`);
    expect(json.locals?.["image_recipe_82F25E2F"]).toContain(`\${jsonencode(sha256(local.${name}))}`);
  });

  it("is added after Terraform values", () => {
    const stack = ownStack();
    const lang = new TerraformVariable(stack, "lang", { type: "string" });
    imageIn(stack, { kickstart: Kickstart.fromText(`lang ${lang.stringValue}`) });
    expect(Object.values(synthesized(stack).locals ?? {})).toContain(`lang \${var.lang}${ADDED}`);
  });

  it("has the name that was asked for", () => {
    const json = synthesized(someStack({ buildLogin: Login.buildKey({ username: "ci" }) }));
    expect(fileWritten(json, "kickstart.cfg")).toContain("\nuser=ci\n");
  });

  const BY_ITSELF = 'sshkey --username=packer "@@ssh_key@@"\n';
  it.each<[string, Kickstart, Login]>([
    ["makes it by itself", Kickstart.fromText(BY_ITSELF), Login.buildKey()],
    ["makes it by itself in a template", Kickstart.fromTemplate(file("it.tmpl", BY_ITSELF)), Login.buildKey()],
    [
      "makes it by itself with a template's value",
      Kickstart.fromTemplate(file("value.tmpl", 'sshkey --username=packer "${key}"\n'), { key: "@@ssh_key@@" }),
      Login.buildKey(),
    ],
    ["is for a login that stays", Kickstart.fromText(OWN), Login.privateKey("/key", { username: "admin" })],
    ["is for no login", Kickstart.fromText(OWN), Login.none()],
  ])("is not added to a kickstart that %s", (_, kickstart, buildLogin) => {
    expect(JSON.stringify(synthesized(someStack({ kickstart, buildLogin })))).not.toContain("added by os-images");
  });

  it("is not part of the text that is checked", () => {
    expect(withoutBuildLogin(`${OWN}${ADDED}`)).toBe(OWN);
  });
});
