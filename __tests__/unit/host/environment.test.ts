import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { toolEnvironment } from "../../../host/environment";
import { platformName } from "../../../host/plugins";
import { MIRRORED_PROVIDERS, mirrorFiles } from "../../../host/plugins";
import { temporaryFolder } from "../../support/temporary";

const environment = process.env;
let home: string;

function file(path: string, text = ""): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function makeMirror(): void {
  for (const provider of MIRRORED_PROVIDERS) mirrorFiles(provider).forEach((path) => file(path));
}

function makePlugin(folder: string, version: string): void {
  const path = join(folder, `github.com/hashicorp/qemu/packer-plugin-qemu_v${version}_x5.0_${platformName()}`);
  file(path);
  file(`${path}_SHA256SUM`);
}

beforeEach(() => {
  home = temporaryFolder("environment");
  process.env = { HOME: home, PATH: join(home, "bin") };
});

afterEach(() => void (process.env = environment));

describe("the environment of cdktf, Terraform and Packer", () => {
  it("puts the cache's tools after the machine's own on PATH", () => {
    expect(toolEnvironment()["PATH"]).toBe(`${home}/bin:${home}/.cache/os-images/tools/bin`);
  });

  it("leaves Terraform's configuration as it is without a mirror", () => {
    expect(toolEnvironment()).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  it("points to a private configuration that includes the user's own when a mirror exists", () => {
    makeMirror();
    file(join(home, ".terraformrc"), 'credentials "example.com" {\n  token = "x"\n}\n');
    file(join(home, ".terraform.d/more.tfrc"), 'plugin_cache_dir = "/p"\n');
    const config = toolEnvironment()["TF_CLI_CONFIG_FILE"]!;
    expect(readFileSync(config, "utf8")).toMatch(/token = "x"[\s\S]*plugin_cache_dir = "\/p"[\s\S]*filesystem_mirror/);
    expect(statSync(config).mode & 0o777).toBe(0o600);
  });

  it("follows the user's configuration when that changes", () => {
    makeMirror();
    const before = toolEnvironment()["TF_CLI_CONFIG_FILE"];
    file(join(home, ".terraformrc"), "disable_checkpoint = true\n");
    expect(toolEnvironment()["TF_CLI_CONFIG_FILE"]).not.toBe(before);
  });

  it("accepts a TF_CLI_CONFIG_FILE that names a missing file", () => {
    makeMirror();
    process.env["TF_CLI_CONFIG_FILE"] = join(home, "none.tfrc");
    expect(readFileSync(toolEnvironment()["TF_CLI_CONFIG_FILE"]!, "utf8")).toMatch(/^provider_installation/);
  });

  it("leaves a configuration alone that has its own provider_installation", () => {
    makeMirror();
    file(join(home, ".terraformrc"), "provider_installation {\n  direct {}\n}\n");
    expect(toolEnvironment()).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  it("does not change when it is computed in a process that has it already", () => {
    makeMirror();
    file(join(home, ".terraformrc"), "disable_checkpoint = true\n");
    const first = toolEnvironment();
    Object.assign(process.env, first);
    expect(toolEnvironment()).toEqual(first);
  });

  it("sets TERRAFORM_BINARY_NAME only when a shell would start another Terraform", () => {
    const terraform = file(join(home, "bin/terraform"), "#!/bin/sh\necho Terraform v1.2.0\n");
    const tofu = file(join(home, ".cache/os-images/tools/bin/tofu"), "#!/bin/sh\necho OpenTofu v1.12.6\n");
    expect(toolEnvironment()["TERRAFORM_BINARY_NAME"]).toBe(tofu);
    file(terraform, "#!/bin/sh\necho Terraform v1.11.4\n");
    expect(toolEnvironment()).not.toHaveProperty("TERRAFORM_BINARY_NAME");
  });

  it("points Packer to the cache's plugin only when the user has no suitable one", () => {
    makePlugin(join(home, ".cache/os-images/tools/packer-plugins"), "1.0.9");
    makePlugin(join(home, ".config/packer/plugins"), "1.0.1");
    expect(toolEnvironment()["PACKER_PLUGIN_PATH"]).toBe(join(home, ".cache/os-images/tools/packer-plugins"));
    makePlugin(join(home, ".config/packer/plugins"), "1.1.4");
    expect(toolEnvironment()).not.toHaveProperty("PACKER_PLUGIN_PATH");
  });
});
