/**
 * The same resources in cdktf alone: `tsx bench/bare-app.ts SPEC COUNT STATE`. SPEC is a JSON list of files' contents; each
 * image is these files, a request, a build and four outputs. Prints the peak memory in MiB to standard error.
 */
import { readFileSync } from "node:fs";
import { File as LocalFile } from "@cdktf/provider-local/lib/file";
import { LocalProvider } from "@cdktf/provider-local/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { App, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";

const [spec = "", count = "1", state = "bare.tfstate"] = process.argv.slice(2);
const contents = JSON.parse(readFileSync(spec, "utf8")) as string[];

const app = new App();
const stack = new TerraformStack(app, "bare");
new LocalProvider(stack, "local");
new NullProvider(stack, "null");
stack.addOverride("terraform.required_providers.local", { source: "hashicorp/local", version: ">= 1.4.0" });
stack.addOverride("terraform.required_providers.null", { source: "hashicorp/null", version: ">= 2.1.2" });
new LocalBackend(stack, { path: state });
for (let index = 0; index < Number(count); index++) addImage(`image-${index}`);
app.synth();

function addImage(name: string): void {
  const files = contents.map(
    (content, number) =>
      new LocalFile(stack, `${name}-file-${number}`, {
        filename: `../../../images/${name}/file-${number}`,
        content: content.replace(/([$%])\{/g, (_syntax, sign) => `${sign}${sign}{`),
        filePermission: "0600",
        directoryPermission: "0700",
      }),
  );
  const request = new NullResource(stack, `${name}-request`, {
    triggers: Object.fromEntries(files.map((file, number) => [`file_${number}`, file.id])),
  });
  const triggers = {
    fingerprint: "0",
    path: `../../../images/${name}/disk`,
    manifest: "manifest.json",
    format: "qcow2",
  };
  const build = new NullResource(stack, `${name}-build`, {
    triggers,
    lifecycle: { replaceTriggeredBy: [`null_resource.${request.friendlyUniqueId}`] },
    dependsOn: [request],
    provisioners: [{ type: "local-exec", command: "true" }],
  });
  for (const key of Object.keys(triggers)) {
    new TerraformOutput(stack, `${name}-${key}`, {
      value: build.getStringAttribute(`triggers.${key}`),
      staticId: true,
    });
  }
}

process.stderr.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB\n`);
