import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireTool } from "../../../host/find";
import { literalText, terraformValues } from "../../../review/terraform-values";
import { temporaryFolder } from "../../support/temporary";

const terraform = requireTool("terraform").path;

describe("terraformValues", () => {
  it("has Terraform render a template with the stack's locals, variables and assets", async () => {
    const folder = temporaryFolder("stack");
    mkdirSync(join(folder, "assets"));
    writeFileSync(join(folder, "assets", "web.cfg.tmpl"), "network --hostname=${name}\n");
    const stack = {
      locals: { text: '${templatefile("assets/web.cfg.tmpl", local.values)}', values: { name: "${var.host}" } },
      variable: { host: { type: "string", default: "web" }, unused: { type: "string" } },
    };
    const values = await terraformValues(terraform, folder, stack, [
      "${local.text}",
      "${sha256(local.text)}",
      "a$${b}",
    ]);
    expect([...values.values()]).toEqual([
      "a${b}",
      "network --hostname=web\n",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it("gives no value to what needs a resource or is sensitive, and the value of the others", async () => {
    const stack = {
      locals: { known: '${upper("two")}', other: "${null_resource.x.id}" },
      variable: { password: { type: "string", default: "hunter2", sensitive: true } },
    };
    const values = await terraformValues(terraform, temporaryFolder("stack"), stack, [
      "${local.known}",
      "${local.other}",
      "${var.password}",
    ]);
    expect([...values]).toEqual([["${local.known}", "TWO"]]);
  });
});

describe("literalText", () => {
  it("gives the text of a string that Terraform need not compute, and nothing for the others", () => {
    expect(literalText("a $${b} %%{c}")).toBe("a ${b} %{c}");
    expect(literalText("a ${b}")).toBeUndefined();
    expect(literalText("%{ if b }")).toBeUndefined();
  });
});
