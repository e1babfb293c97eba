import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cachePaths } from "../../../host/cache";
import { isMirrored, MIRRORED_PROVIDERS, platformName } from "../../../host/plugins";
import { place } from "../../support/fake-store";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, "../../..");

test("a deploy of libvirt machines says which provider they need if there is only one with the other schema", () => {
  const [project, mirror] = [temporaryFolder("project"), temporaryFolder("mirror")];
  const name = "registry.terraform.io/dmacvicar/libvirt";
  place(join(mirror, name, "0.9.1", platformName(), "terraform-provider-libvirt_v0.9.1"), "never started\n");
  const others = isMirrored(MIRRORED_PROVIDERS)
    ? `filesystem_mirror {\npath = "${cachePaths().providers}"\nexclude = ["${name}"]\n}`
    : `direct {\nexclude = ["${name}"]\n}`;
  const config = join(mirror, "terraform.rc");
  writeFileSync(config, `provider_installation {\nfilesystem_mirror { path = "${mirror}" }\n${others}\n}\n`);
  symlinkSync(join(ROOT, "node_modules"), join(project, "node_modules"));
  const app = `node --require tsx/cjs ${join(ROOT, "__tests__/support/libvirt-app.ts")}`;
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app, projectId: "provider" }));
  const props = { disk: "/some.qcow2", fingerprint: "a".repeat(64), cidr: "10.213.0.0/24" };
  writeFileSync(join(project, "props.json"), JSON.stringify(props));
  const words = [join(ROOT, "bin/os-images.js"), "deploy", "--auto-approve"];
  const env = { ...process.env, TF_CLI_CONFIG_FILE: config };
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: "utf8", env });
  expect([status, stdout + stderr]).toEqual([
    1,
    expect.stringContaining("what to do: os-images makes machines with releases 0.8.x"),
  ]);
});
