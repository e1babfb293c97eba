import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformVariable } from "cdktf";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { Raw, rhel9 } from "../../../imports/kickstart/rhel9";
import { Secret } from "../../../recipe/secret";
import { fileWritten, someApp, someImage, someStack, synthesized } from "../../support/app";

const folder = mkdtempSync(join(tmpdir(), "os-images-kickstart-"));
function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

describe("a kickstart", () => {
  it("from a template is rendered by Terraform's templatefile, its fingerprint taken there too", () => {
    const template = file("a.cfg.tmpl", "lang ${lang}\n# @@ssh_key@@\n");
    const stack = someStack({ kickstart: Kickstart.fromTemplate(template, { lang: "en_${x}" }) });
    const json = synthesized(stack);
    expect(fileWritten(json, "kickstart.cfg")).toMatch(/^\$\{local\.image_kickstart_/);
    expect(JSON.stringify(json.locals)).toContain("${templatefile(");
    expect(JSON.stringify(json.locals)).toContain("en_$${x}");
  });

  it("from a template takes secrets as values and leaves their markers", () => {
    const template = file("b.cfg.tmpl", "rootpw ${root.password}\n# @@ssh_key@@\n");
    const kickstart = Kickstart.fromTemplate(template, { root: { password: Secret.fromEnv("ROOT") } });
    expect(kickstart.secrets.map(({ name }) => name)).toEqual(["ROOT"]);
    expect(JSON.stringify(synthesized(someStack({ kickstart })).locals)).toContain("@@secret:ROOT@@");
  });

  it("from a template with an unknown variable is an error with file and line", () => {
    const template = file("c.cfg.tmpl", "text\nlang ${lnag}\n");
    expect(() => Kickstart.fromTemplate(template, { lang: "en" })).toThrow(
      `${template}:2: template variable "lnag" has no value (given: lang): give it one, or write $\${lnag}`,
    );
  });

  it("in the typed form is known before the plan, and takes secrets by their markers", () => {
    const root = Secret.fromEnv("ROOT");
    const document = { lang: "en_US.UTF-8", rootpw: { password: root.marker, plaintext: true as const } };
    const raw = { raw: [Raw.line("# @@ssh_key@@")] };
    const kickstart = Kickstart.typed(rhel9, { ...document, ...raw }, { secrets: [root] });
    const stack = someStack({ kickstart });
    expect(stack.image.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(stack.image.kickstartText).toContain('rootpw --plaintext "@@secret:ROOT@@"');
  });

  it("in the typed form takes references to Terraform values, and is then known in the plan", () => {
    const app = someApp();
    const stack = new ImageStack(app, "some", (scope) => {
      const lang = new TerraformVariable(scope, "lang", { type: "string" });
      return someImage({
        kickstart: Kickstart.typed(rhel9, { lang: lang.stringValue, raw: [Raw.line("# @@ssh_key@@")] }),
      });
    });
    expect(JSON.stringify(synthesized(stack).locals)).toContain('lang \\"${var.lang}\\"');
    expect(stack.image.kickstartText).toBeUndefined();
  });

  it("that is missing is an error that names the file", () => {
    expect(() => Kickstart.fromTemplate("no/such.tmpl")).toThrow(
      'kickstart file "no/such.tmpl" cannot be read (ENOENT)',
    );
    expect(() => Kickstart.fromFile(folder)).toThrow(`kickstart file "${folder}" cannot be read (EISDIR)`);
  });

  it("that is not UTF-8 is an error that names the file", () => {
    const latin1 = file("latin1.cfg", Buffer.from([0x23, 0xe9, 0x0a]));
    expect(() => Kickstart.fromFile(latin1)).toThrow(`kickstart file "${latin1}" is not UTF-8`);
  });
});
