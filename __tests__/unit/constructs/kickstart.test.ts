import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kickstart } from "../../../constructs/kickstart";
import { Secret } from "../../../recipe/secret";
import { fileWritten, someStack, synthesized } from "../../support/app";

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
