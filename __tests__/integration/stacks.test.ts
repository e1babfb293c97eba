import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { makeKeyPair } from "../../builder/key-pair";
import { toolEnvironment } from "../../host/environment";
import { sealFile } from "../../recipe/files";
import { requireTool } from "../../host/find";
import type { Plan } from "../support/project";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(120_000);

const ROOT = resolve(__dirname, "..", "..");
const env = { ...process.env, ...toolEnvironment(), CDKTF_CONTEXT_JSON: JSON.stringify({ projectId: "stacks-test" }) };

const KEY = join(temporaryFolder("key"), "key.pem");
writeFileSync(KEY, makeKeyPair("of a test").privateKey, { mode: 0o600 });

/** What every image of main.ts needs that its template has no default for. */
const BY_HAND: Record<string, string[]> = {
  demo: ["ssh_public_key=x", `ssh_private_key_file=${KEY}`],
  rocky9: ["ssh_public_key=x", `ssh_private_key_file=${KEY}`],
  centos7: ["secret_ROOT_PASSWORD=x"],
};
const DIALECT: Record<string, string> = { demo: "RHEL9", rocky9: "RHEL9", centos7: "RHEL7" };

function run(command: string, words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, words, { cwd, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

describe("the images of main.ts", () => {
  const folder = temporaryFolder("stacks");
  for (const name of ["kickstart", "images.lock.json", "node_modules"])
    symlinkSync(join(ROOT, name), join(folder, name));

  beforeAll(() => {
    run(process.execPath, ["--require", require.resolve("tsx/cjs"), join(ROOT, "main.ts")], folder);
  });

  describe.each(Object.keys(BY_HAND))("%s", (stack) => {
    const terraform = requireTool("terraform").path;
    const stackFolder = join(folder, "cdktf.out", "stacks", stack);
    const request = temporaryFolder(`${stack}`);
    let plan: Plan;

    beforeAll(() => {
      run(terraform, ["init", "-input=false"], stackFolder);
      run(terraform, ["plan", "-input=false", "-out=plan"], stackFolder);
      plan = JSON.parse(run(terraform, ["show", "-json", "plan"], stackFolder)) as Plan;
      for (const { type, values } of plan.planned_values.root_module.resources) {
        if (type === "local_file")
          writeFileSync(join(request, basename(values["filename"] ?? "")), values["content"] ?? "");
      }
      // The builder adds the sealing script, whose text is not in the plan.
      writeFileSync(join(request, sealFile({ kind: "buildKey" })), "");
    });

    it("is valid for Terraform", () => {
      expect(run(terraform, ["validate", "-json"], stackFolder)).toContain('"valid": true');
    });

    it("has a known path and fingerprint in its first plan", () => {
      expect(plan.output_changes["image_path"]?.after).toMatch(new RegExp(`/${stack}/[0-9a-f]{12}/${stack}\\.qcow2$`));
      expect(plan.output_changes["image_fingerprint"]?.after).toMatch(/^[0-9a-f]{64}$/);
    });

    it("has a template that Packer accepts", () => {
      const variables = (BY_HAND[stack] ?? []).flatMap((variable) => ["-var", variable]);
      const words = ["validate", ...variables, `${stack}.pkr.json`];
      expect(run(requireTool("packer").path, words, request)).toContain("The configuration is valid.");
    });

    it("has a kickstart that pykickstart accepts", () => {
      const python = requireTool("python").path;
      const words = ["-v", DIALECT[stack] ?? "", "kickstart.cfg"];
      expect(() => run(join(python, "..", "ksvalidator"), words, request)).not.toThrow();
    });
  });

  it("refuses an iso_sha256 that is not a sha256, before anything is built", () => {
    const stackFolder = join(folder, "cdktf.out", "stacks", "centos7");
    expect(() =>
      run(requireTool("terraform").path, ["plan", "-input=false", "-no-color", "-var", "iso_sha256=abc"], stackFolder),
    ).toThrow("iso_sha256 must be 64 hex digits in lower case.");
  });
});
