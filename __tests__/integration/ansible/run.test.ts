import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import { sshOptions } from "../../../ansible/inventory";
import { AnsibleRun, type AnsibleRunProps, Secret, useProviders } from "../../../index";
import { cachePaths } from "../../../host/cache";
import { freePort } from "../../../host/free-port";
import { setUp } from "../../../setup/set-up";
import { ANSIBLE_STEPS } from "../../../setup/steps";
import { descendants, stillRunning } from "../../support/process-tree";
import { SshHosts } from "../../support/ssh-hosts";
import { temporaryFolder } from "../../support/temporary";
import { Terraform } from "../../support/terraform";

jest.setTimeout(120_000);

const SECRET = "swordfish-of-the-test";

const whoMayUnpack = process.getuid?.() === 0 ? describe : describe.skip;

whoMayUnpack("a run of Ansible on machines (needs root, to unpack their system)", () => {
  let hosts: SshHosts;
  let machines: AnsibleRunProps["machines"];

  beforeAll(async () => {
    await setUp(ANSIBLE_STEPS);
    hosts = await SshHosts.make();
    machines = await Promise.all(["web-1", "web-2", "db-1"].map((name) => hosts.start(name)));
    process.env["TOKEN"] = SECRET;
  }, 900_000);
  afterAll(() => hosts.stop());

  /** A project with the test's playbook, which is this process's while a test runs. */
  function newProject(): string {
    const project = temporaryFolder("ansible-project");
    cpSync(resolve(__dirname, "../../data/ansible"), join(project, "ansible"), { recursive: true });
    writeFileSync(join(project, "cdktf.json"), JSON.stringify({ projectId: "ansible-test" }));
    return project;
  }

  /** The stack "web" of that project as Terraform gets it, in its folder. */
  function synth(project: string, changed: Partial<AnsibleRunProps> = {}): string {
    const here = process.cwd();
    process.chdir(project);
    try {
      const app = new App({ outdir: join(project, "cdktf.out") });
      const stack = new TerraformStack(app, "web");
      useProviders(stack);
      new AnsibleRun(stack, "configure", {
        machines,
        playbook: "ansible/site.yml",
        sshKeyFile: hosts.keyFile,
        groups: { web: machines.slice(0, 2) },
        secrets: [Secret.fromEnv("TOKEN")],
        ...changed,
      });
      app.synth();
      return join(project, "cdktf.out/stacks/web");
    } finally {
      process.chdir(here);
    }
  }

  /** Runs what Terraform would, and gives the process. */
  function start(project: string, changed: Partial<AnsibleRunProps> = {}, env: NodeJS.ProcessEnv = {}) {
    const folder = synth(project, changed);
    const json = JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8")) as {
      resource: { null_resource: Record<string, { provisioner: { "local-exec": { environment: object } }[] }> };
    };
    const [run] = Object.values(json.resource.null_resource);
    const main = [require.resolve("tsx/cjs"), join(resolve(__dirname, "../../.."), "ansible/main.ts"), "run"];
    return spawn(process.execPath, ["--require", ...main], {
      cwd: folder,
      env: { ...process.env, ...run?.provisioner[0]?.["local-exec"].environment, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** The same to its end. */
  async function run(...given: Parameters<typeof start>) {
    const child = start(...given);
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    const [status] = (await once(child, "close")) as [number];
    return { status, stdout, stderr };
  }

  const onMachine = (path: string): string => readFileSync(join(hosts.root, "srv", path), "utf8");

  it("configures them by Terraform, runs again only when something changed, and leaves no secret", () => {
    const project = newProject();
    const terraform = new Terraform(undefined, synth(project));
    const { status, output } = terraform.apply();
    if (status !== 0) throw new Error(output);
    expect(output).toContain("TASK [page : Write the page]");
    expect(output).toMatch(/site.yml is done on 3 machine\(s\)/);
    expect(onMachine("web-1/page.html")).toBe("<h1>A web server on web-1 (web)</h1>\n");
    expect(onMachine("db-1/page.html")).toBe("<h1>A machine on db-1 (ungrouped)</h1>\n");
    expect(onMachine("web-2/changes")).toBe("changed\n");
    expect(onMachine("web-1/token")).toBe(SECRET);
    const left = join(project, "machines/web/configure");
    expect(
      [left, join(left, "known_hosts"), join(left, "inventory.json")].map((path) => statSync(path).mode & 0o777),
    ).toEqual([0o700, 0o600, 0o600]);
    const state = readFileSync(join(project, "terraform.web.tfstate"), "utf8");
    for (const text of [output, state, readFileSync(join(left, "inventory.json"), "utf8")]) {
      expect(text).not.toContain(SECRET);
    }
    synth(project);
    expect(terraform.plan().output).toContain("No changes");
    appendFileSync(join(project, "ansible/roles/page/templates/page.html.j2"), "<p>new</p>\n");
    synth(project);
    expect(terraform.plan().output).toMatch(/must be replaced[^]*~ "playbook" +=[^]*3 unchanged/);
    terraform.run("destroy", "-auto-approve");
    expect(existsSync(left)).toBe(false);
  });

  it("names the task and the machine when it fails on one of three, and the next deploy runs it on all", () => {
    const project = newProject();
    const terraform = new Terraform(undefined, synth(project, { extraVars: { broken: "web-2" } }));
    const { status, output } = terraform.apply();
    expect(output).toMatch(
      /error: playbook "site.yml" failed on 1 of 3 machine\(s\):\s+web-2: failed in task "Fail where the test wants it": non-zero return code: the test wants it/,
    );
    expect(output).toMatch(/db-1 +: ok=/);
    expect(status).toBe(1);
    synth(project);
    expect(terraform.apply().output).toMatch(/site.yml is done on 3 machine\(s\)/);
  });

  it.each([
    [
      "a role is missing",
      "- hosts: all\n  roles: [nowhere]\n",
      /"site.yml" is not sound: the role 'nowhere' was not found/,
    ],
    ["its syntax is wrong", "- hosts: all\n  taks: []\n", /"site.yml" is not sound: 'taks' is not a valid attribute/],
    ["it is no YAML", "- hosts: [\n", /"site.yml" is not sound: YAML parsing failed/],
  ])("says before any machine is asked that %s", async (_, playbook, message) => {
    const project = newProject();
    writeFileSync(join(project, "ansible/site.yml"), playbook);
    const { status, stdout, stderr } = await run(project);
    expect(stderr.replace(/\s+/g, " ")).toMatch(message);
    expect([status, stdout]).toEqual([2, ""]);
  });

  it("names each machine that nobody gets into, and why", async () => {
    const [first] = machines;
    const stranger = { ...first!, name: "refused", username: "nobody" };
    const silent = { ...first!, name: "silent", port: await freePort() };
    const changed = { ...first!, name: "changed" };
    const odd = { ...first!, name: "odd", address: "${not.known}" };
    const project = newProject();
    const left = join(project, "machines/web/configure");
    mkdirSync(left, { recursive: true });
    const [alias = ""] = sshOptions({ ...changed, port: String(changed.port), identity: "" }, "x")
      .filter((option) => option.startsWith("HostKeyAlias="))
      .map((option) => option.replace("HostKeyAlias=", ""));
    const [type, key] = readFileSync(`${hosts.keyFile}.pub`, "utf8").split(" ");
    writeFileSync(join(left, "known_hosts"), `${alias} ${type} ${key}\n`);
    const { status, stderr } = await run(project, {
      machines: [stranger, silent, changed, odd],
      groups: {},
      loginTimeoutSeconds: 2,
    });
    expect(stderr).toContain(`machine "refused" (127.0.0.1, port ${first!.port}) refuses the user "nobody"`);
    expect(stderr).toMatch(/machine "silent" .* let nobody in within 2 s \(.*Connection refused\)/);
    expect(stderr).toMatch(/machine "changed" .* has another host key than at its first run/);
    expect(stderr).toMatch(/machine "odd" .* is not asked, as its address is no host name/);
    expect(status).toBe(1);
  });

  it("says which file is missing: the key, a folder's planned content, Ansible", async () => {
    const project = newProject();
    expect((await run(project, { sshKeyFile: "/no/key" })).stderr).toContain(
      "the private key file /no/key is not there",
    );
    const child = start(project);
    appendFileSync(join(project, "ansible/site.yml"), "# changed\n");
    const [bytes] = (await once(child.stderr, "data")) as [Buffer];
    expect(bytes.toString()).toContain(`${project}/ansible was changed since the deploy was planned: deploy again`);
    const PATH = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== cachePaths().bin);
    const { status, stderr } = await run(project, {}, { XDG_CACHE_HOME: project, PATH: PATH.join(":") });
    expect(stderr).toBe(
      "error: no ansible-playbook of version 2.19.0 or newer was found: run `npx os-images setup --ansible`\n",
    );
    expect(status).toBe(3);
  });

  it("ends with all that it started when it is interrupted", async () => {
    const project = newProject();
    writeFileSync(
      join(project, "ansible/site.yml"),
      "- hosts: all\n  tasks:\n    - ansible.builtin.command: sleep 300\n",
    );
    const child = start(project);
    let output = "";
    const slept = new Promise<void>((seen) => {
      child.stdout.on("data", (bytes: Buffer) => {
        output += bytes.toString();
        if (/TASK \[.*command\]/.test(output)) seen();
      });
    });
    await slept;
    await new Promise((later) => setTimeout(later, 1_500));
    const family = descendants(child.pid!);
    child.kill("SIGINT");
    const [status] = (await once(child, "close")) as [number];
    expect(status).toBe(130);
    expect(family.length).toBeGreaterThan(2);
    await new Promise((later) => setTimeout(later, 500));
    expect(stillRunning(family)).toEqual([]);
    expect(stillRunning(sshMasters())).toEqual([]);
  });
});

/** Shared connections of ssh that a run has left: their command line names its work folder. */
function sshMasters() {
  return descendants(1).filter(({ commandLine }) => /os-images-ansible-.*\/cp\//.test(commandLine));
}
