import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { TerraformVariable } from "cdktf";
import { parseAnsibleRun } from "../../../ansible/request";
import { AnsibleRun, type AnsibleRunProps } from "../../../constructs/ansible-run";
import { Secret } from "../../../recipe/secret";
import { ownStack, synthesized } from "../../support/app";
import { temporaryFolder } from "../../support/temporary";

const web = { name: "web-1", address: "10.0.0.1", username: "admin" };
const db = { name: "db-1", address: "10.0.0.2", port: 2222, username: "admin" };

function playbookFolder(): string {
  const folder = join(temporaryFolder("playbook"), "ansible");
  cpSync(resolve(__dirname, "../../data/ansible"), folder, { recursive: true });
  return folder;
}

function props(folder: string, changed: Partial<AnsibleRunProps> = {}): AnsibleRunProps {
  return { machines: [web, db], playbook: join(folder, "site.yml"), sshKeyFile: "/home/me/.ssh/id", ...changed };
}

/** What Terraform gets of a run. */
function resource(given: AnsibleRunProps): { triggers: Record<string, string>; request: string } {
  const stack = ownStack();
  new AnsibleRun(stack, "configure", given);
  const [run] = Object.values(synthesized(stack).resource["null_resource"] ?? {});
  const { triggers, provisioner } = run as {
    triggers: Record<string, string>;
    provisioner: { "local-exec": { environment: Record<string, string> } }[];
  };
  return { triggers, request: provisioner[0]?.["local-exec"].environment["OS_IMAGES_ANSIBLE_RUN"] ?? "" };
}

describe("a run of Ansible", () => {
  it("has the playbook, the inventory and the variables in the command's environment, and no secret's value", () => {
    process.env["DB_PASSWORD"] = "swordfish";
    const { triggers, request } = resource(
      props(playbookFolder(), {
        groups: { database: [db] },
        extraVars: { title: "a ${b} %{c}", sizes: [1, 2] },
        secrets: [Secret.fromEnv("DB_PASSWORD", { version: "3" })],
      }),
    );
    expect(parseAnsibleRun(request.replaceAll("$${", "${").replaceAll("%%{", "%{"))).toMatchObject({
      playbook: { file: "site.yml" },
      machines: [
        { ...web, port: "22", identity: "" },
        { ...db, port: "2222", identity: "" },
      ],
      groups: { database: ["db-1"] },
      variables: { title: "a ${b} %{c}", sizes: [1, 2] },
      secrets: [{ name: "DB_PASSWORD", version: "3", source: { kind: "env", variable: "DB_PASSWORD" } }],
    });
    expect(JSON.stringify([triggers, request])).not.toContain("swordfish");
  });

  it("does not run again for another checkout, another key file or more time", () => {
    const one = resource(props(playbookFolder())).triggers;
    const other = props(playbookFolder(), { sshKeyFile: "/home/you/key", loginTimeoutSeconds: 5 });
    expect(resource(other).triggers).toEqual(one);
  });

  const folder = playbookFolder();
  const role = join(folder, "../shared");
  mkdirSync(join(role, "common/tasks"), { recursive: true });
  const before = props(folder, { extraVars: { a: "1" }, secrets: [Secret.fromEnv("S")], roles: [role] });

  it.each<[string, string, () => Partial<AnsibleRunProps> | void]>([
    ["a template of a role", "playbook", () => writeFileSync(join(folder, "roles/page/templates/page.html.j2"), "new")],
    ["a variable of a group", "playbook", () => writeFileSync(join(folder, "group_vars/web.yml"), "title: new")],
    ["a shared role", "playbook", () => writeFileSync(join(role, "common/tasks/main.yml"), "[]")],
    ["a variable", "variables", () => ({ extraVars: { a: "2" } })],
    ["a secret's version", "variables", () => ({ secrets: [Secret.fromEnv("S", { version: "2" })] })],
    ["a machine's address", "machines", () => ({ machines: [web, { ...db, address: "10.0.0.3" }] })],
    ["a machine that takes another's place", "machines", () => ({ machines: [web, { ...db, identity: "new" }] })],
    ["a machine less", "machines", () => ({ machines: [web] })],
    ["a group", "machines", () => ({ groups: { web: [web] } })],
  ])("runs again for %s, and the plan shows that it is for the %s", (_, trigger, change) => {
    const old = resource(before).triggers;
    const now = resource({ ...before, ...change() }).triggers;
    const changed = Object.keys(old).filter((name) => old[name] !== now[name]);
    expect(changed).toEqual([trigger]);
  });

  it("waits for machines whose addresses only Terraform knows", () => {
    const stack = ownStack();
    const address = new TerraformVariable(stack, "address", { type: "string" });
    const size = new TerraformVariable(stack, "size", { type: "number" });
    new AnsibleRun(
      stack,
      "configure",
      props(playbookFolder(), {
        machines: [{ ...web, address: address.stringValue }],
        extraVars: { size: size.numberValue, url: `http://${address.stringValue}/` },
      }),
    );
    const { resource: resources, locals } = synthesized(stack);
    const [run] = Object.values(resources["null_resource"] ?? {});
    expect(run?.["triggers"]).toMatchObject({
      machines: expect.stringMatching(/^\$\{sha256\(local\..*\)\}$/) as string,
    });
    expect(JSON.stringify(run)).toContain("${jsonencode(var.size)}");
    expect(JSON.stringify(locals)).toContain("${jsonencode(var.address)}");
  });
});

describe("bad input", () => {
  const folder = playbookFolder();
  it.each<[string, Partial<AnsibleRunProps>, string]>([
    ["no machine", { machines: [] }, "machines is empty"],
    ["two machines of one name", { machines: [web, { ...db, name: "web-1" }] }, 'two machines are named "web-1"'],
    ["a name that is a pattern", { machines: [{ ...web, name: "web[1:3]" }] }, 'machine name "web[1:3]" is no name'],
    ["a playbook that is not there", { playbook: join(folder, "no.yml") }, `playbook "${folder}/no.yml" is not there`],
    ["a playbook among all of the project", { playbook: "package.json" }, "lies beside everything else of the project"],
    ["a role's folder that is not there", { roles: ["no-roles"] }, 'roles "no-roles" is no folder'],
    ["a group that is none", { groups: { "web-servers": [web] } }, 'group "web-servers" is not valid'],
    [
      "a group of a stranger",
      { machines: [web], groups: { data: [db] } },
      'group "data" has "db-1", which is not among',
    ],
    ["a variable that is none", { extraVars: { "a-b": 1 } }, 'variable of the playbook "a-b" is not valid'],
    ["two values", { extraVars: { S: 1 }, secrets: [Secret.fromEnv("S")] }, 'the playbook gets two values for "S"'],
    ["a relative key file", { sshKeyFile: "id" }, 'sshKeyFile "id" is relative: write an absolute path'],
    [
      "a secret in the state",
      { secrets: [Secret.fromVariable("S", { stringValue: "x" })] },
      'secret "S" is a Terraform variable',
    ],
  ])("%s is one clear error", (_, changed, message) => {
    expect(() => new AnsibleRun(ownStack(), "configure", props(folder, changed))).toThrow(message);
  });
});
