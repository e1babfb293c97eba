import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stateWarning } from "../../../builder/state-file";
import { temporaryFolder } from "../../support/temporary";

const SECRET = {
  version: 4,
  outputs: {},
  resources: [{ instances: [{ sensitive_attributes: [[{ type: "get_attr" }]] }] }],
};

describe("a Terraform state that other users can read", () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder("state");
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "stack", ".terraform"), { recursive: true });
  });

  function backend(type: string, config: object): void {
    const noted = JSON.stringify({ version: 3, backend: { type, config } });
    writeFileSync(join(folder, "stack", ".terraform", "terraform.tfstate"), noted);
  }

  function state(mode: number, ...path: string[]): string {
    const file = join(folder, ...path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, JSON.stringify(SECRET));
    chmodSync(file, mode);
    return file;
  }

  const warning = (environment: NodeJS.ProcessEnv = {}): string | undefined =>
    stateWarning(join(folder, "stack"), environment);

  it("is named with the chmod command for it and its backup", () => {
    const file = state(0o644, "terraform.a.tfstate");
    const backup = state(0o640, "terraform.a.tfstate.backup");
    backend("local", { path: file, workspace_dir: null });
    expect(warning()).toBe(
      "warning: other users of this machine can read the Terraform state, and secrets in it; " +
        `run: chmod 600 ${file} ${backup}`,
    );
  });

  it("is not reported when only its owner can read it", () => {
    backend("local", { path: state(0o600, "terraform.a.tfstate") });
    expect(warning()).toBeUndefined();
  });

  it("is not reported when it holds no sensitive value", () => {
    const file = state(0o644, "stack", "terraform.tfstate");
    writeFileSync(file, JSON.stringify({ ...SECRET, resources: [{ instances: [{ sensitive_attributes: [] }] }] }));
    expect(warning()).toBeUndefined();
    writeFileSync(file, JSON.stringify({ outputs: { password: { sensitive: true } }, resources: [] }));
    expect(warning()).toContain(file);
  });

  it("is not reported when what is sensitive has no value, as in a local_file with plain content", () => {
    const file = state(0o644, "stack", "terraform.tfstate");
    const write = (secret: string | null): void => {
      const sensitive_attributes = [[{ type: "get_attr", value: "sensitive_content" }]];
      const instances = [{ attributes: { content: "text", sensitive_content: secret }, sensitive_attributes }];
      writeFileSync(file, JSON.stringify({ outputs: {}, resources: [{ instances }] }));
    };
    write(null);
    expect(warning()).toBeUndefined();
    write("word");
    expect(warning()).toContain(file);
  });

  it("is not reported when only its owner can open its folder", () => {
    backend("local", { path: state(0o644, "private", "terraform.a.tfstate") });
    expect(warning()).toBeDefined();
    chmodSync(join(folder, "private"), 0o700);
    expect(warning()).toBeUndefined();
  });

  it("is found by a path relative to the stack's folder, and without a backend", () => {
    const file = state(0o604, "stack", "terraform.tfstate");
    expect(warning()).toContain(file);
    backend("local", { path: "terraform.tfstate" });
    expect(warning()).toContain(file);
  });

  it("is looked for in the chosen workspace, by file or by environment", () => {
    const one = state(0o644, "stack", "terraform.tfstate.d", "one", "terraform.tfstate");
    const two = state(0o644, "stack", "elsewhere", "two", "terraform.tfstate");
    writeFileSync(join(folder, "stack", ".terraform", "environment"), "one\n");
    expect(warning()).toContain(one);
    backend("local", { path: null, workspace_dir: "elsewhere" });
    expect(warning({ TF_WORKSPACE: "two" })).toContain(two);
  });

  it("is not looked for when the state is remote, or nothing is deployed", () => {
    expect(warning()).toBeUndefined();
    state(0o644, "stack", "terraform.tfstate");
    backend("s3", { bucket: "b" });
    expect(warning()).toBeUndefined();
  });
});
