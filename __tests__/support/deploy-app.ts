import { writeFileSync } from "node:fs";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { App, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import { useProviders } from "../../constructs/image-stack";

/**
 * An app whose stacks run a shell command each, for tests of `os-images deploy`: "base" and, depending on it, "top"; "greeting"
 * with a variable; "broken", which fails with exit code 3, and "above", which depends on it; "slow", which waits.
 */
const app = new App();

function stack(name: string, command: string): TerraformStack {
  const made = new TerraformStack(app, name);
  useProviders(made);
  new NullResource(made, "work", { provisioners: [{ type: "local-exec", command }] });
  return made;
}

const base = stack("base", "echo ground; echo floor >&2");
new TerraformOutput(base, "height", { value: "3 m", staticId: true });
new TerraformOutput(base, "hidden", { value: "a secret", sensitive: true, staticId: true });
stack("top", "echo roof").addDependency(base);

const greeting = stack("greeting", "true");
const name = new TerraformVariable(greeting, "who", { type: "string", default: "nobody" });
name.overrideLogicalId("who");
new TerraformOutput(greeting, "text", { value: `hello ${name.stringValue}`, staticId: true });

stack("above", "true").addDependency(stack("broken", "echo 'the reason'; echo 'what to do' >&2; exit 3"));

const refused = new TerraformStack(app, "refused");
refused.addOverride("resource.no_such_thing.x", {});

const slow = process.env["PID_FILE"] ?? "/dev/null";
stack("slow", `echo started; echo $$ > ${slow}; exec sleep 300`);

writeFileSync("synthesized", "");
app.synth();
