import { execFile, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { loadRequest } from "../../../builder/request-files";
import { placeSteps } from "../../../builder/steps";
import type { WorkFolder } from "../../../builder/work-folder";
import { ansibleEnvironment, failedTasks, requireAnsible } from "../../../host/ansible";
import { toolEnvironment } from "../../../host/environment";
import { requireTool } from "../../../host/find";
import { Provisioner } from "../../../recipe/provisioner";
import { Secret } from "../../../recipe/secret";
import { setUp } from "../../../setup/set-up";
import { ANSIBLE_STEPS } from "../../../setup/steps";
import { writeRequest } from "../../support/request";
import { SshHosts } from "../../support/ssh-hosts";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(120_000);

const DATA = resolve(__dirname, "../../data");
const SECRET = "sword{fish} $HOME \"of\" 'the' test";

interface Template {
  readonly variable: object;
  readonly build: { readonly provisioner: readonly object[] };
}

test("an image with a playbook is refused before anything starts if Ansible is missing, with what to type", () => {
  const store = temporaryFolder("store");
  const provisioners = [Provisioner.ansible(join(DATA, "ansible/site.yml"))];
  const { file } = writeRequest(store, { provisioners });
  const bin = temporaryFolder("bin");
  const tools = ["packer", "qemu-system-x86_64", "qemu-img", "ssh"];
  for (const tool of tools) symlinkSync(requireTool(tool).path, join(bin, tool));
  const env = { ...process.env, PATH: bin, XDG_CACHE_HOME: temporaryFolder("cache"), OS_IMAGES_NO_VALIDATE: "1" };
  const words = ["--import", "tsx", resolve(__dirname, "../../../builder/main.ts"), file];
  const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
  expect([status, stderr]).toEqual([
    3,
    "no ansible-playbook of version 2.19.0 or newer was found: run `npx os-images setup --ansible`\n",
  ]);
  expect(readdirSync(store)).toEqual(["demo"]);
});

const whoMayUnpack = process.getuid?.() === 0 ? describe : describe.skip;

whoMayUnpack("provisioners run by Packer on a machine (needs root, to unpack its system)", () => {
  let hosts: SshHosts;
  let port = 0;
  const source = temporaryFolder("source");

  beforeAll(async () => {
    await setUp(ANSIBLE_STEPS);
    hosts = await SshHosts.make();
    port = (await hosts.start("image")).port ?? 0;
    cpSync(join(DATA, "ansible"), join(source, "ansible"), { recursive: true });
    cpSync(join(DATA, "files"), join(source, "files"), { recursive: true, verbatimSymlinks: true });
    writeFileSync(
      join(source, "a.sh"),
      '#!/bin/sh\nmkdir -p /srv/image\nprintf %s "$TEXT $TOKEN" > /srv/image/environment\n',
    );
  }, 900_000);
  afterAll(() => hosts.stop());

  /** A request with these provisioners, placed as a build would. */
  async function place(provisioners: readonly Provisioner[]): Promise<{ work: WorkFolder; template: Template }> {
    const store = temporaryFolder("store");
    const { file } = writeRequest(store, { provisioners, name: "image" });
    const { files, request, folder } = loadRequest(file);
    const path = temporaryFolder("work");
    const [recipe, temporary] = [join(path, "recipe"), join(path, "tmp")];
    for (const made of [recipe, temporary]) mkdirSync(made);
    for (const [name, content] of files) writeFileSync(join(recipe, name), content);
    const work = { path, recipe, temporary, ansibleEvents: join(path, "ansible-events") } as WorkFolder;
    await placeSteps(request, {
      folder,
      work,
      ansible: requireAnsible(),
      secrets: [],
      signal: new AbortController().signal,
    });
    return { work, template: JSON.parse(files.get(request.template)?.toString() ?? "") as Template };
  }

  /** Runs them on the machine, without what installs and seals. Gives Packer's output. */
  async function run({ work, template }: Awaited<ReturnType<typeof place>>): Promise<string> {
    const login = { ssh_host: "127.0.0.1", ssh_port: port, ssh_username: "admin", ssh_private_key_file: hosts.keyFile };
    const machine = { null: { image: { communicator: "ssh", ...login } } };
    const build = { sources: ["source.null.image"], provisioner: template.build.provisioner.slice(0, -1) };
    const own = JSON.stringify({ variable: template.variable, source: machine, build });
    // The playbooks' own login is that of the user whom the recipe names.
    const inventory = join(work.recipe, "provision-3-site", "inventory.json");
    writeFileSync(inventory, readFileSync(inventory, "utf8").replace('"packer"', '"admin"'));
    writeFileSync(join(work.recipe, "own.pkr.json"), own);
    const env = {
      ...ansibleEnvironment(process.env, { temporary: work.temporary, events: work.ansibleEvents }),
      ...toolEnvironment(),
      PKR_VAR_secret_TOKEN: SECRET,
      PKR_VAR_ssh_public_key: "none",
      PKR_VAR_ssh_private_key_file: hosts.keyFile,
      PKR_VAR_ansible_playbook: requireAnsible(),
      PACKER_LOG: "1",
      PACKER_CONFIG_DIR: work.temporary,
    };
    const words = ["build", "-color=false", "own.pkr.json"];
    const options = { cwd: work.recipe, env, maxBuffer: 1 << 26 };
    const { stdout, stderr } = await promisify(execFile)(requireTool("packer").path, words, options).catch(
      (error: unknown) => error as { stdout: string; stderr: string },
    );
    return `${stdout}\n${stderr}`;
  }

  const secrets = [Secret.fromEnv("TOKEN")];
  const provisioners = (broken = ""): Provisioner[] => [
    Provisioner.script(join(source, "a.sh"), { environment: { TEXT: "a ${b} %{c} {d} 'e'", TOKEN: secrets[0]! } }),
    Provisioner.files(join(source, "files"), "/srv/files", { owner: "daemon:games", mode: "0640" }),
    Provisioner.ansible(join(source, "ansible/site.yml"), { groups: ["web"], secrets, extraVars: { broken } }),
    Provisioner.files(join(source, "files/a"), "/srv/image/single"),
  ];
  const at = (path: string): string => join(hosts.root, "srv", path);

  it("do what they say, each after the other, and Packer's log has no secret", async () => {
    const output = await run(await place(provisioners()));
    if (!output.includes("Build 'null.image' finished")) throw new Error(output.slice(-3000));
    expect(readFileSync(at("image/environment"), "utf8")).toBe(`a \${b} %{c} {d} 'e' ${SECRET}`);
    expect(readFileSync(at("image/page.html"), "utf8")).toBe("<h1>A web server on image (web)</h1>\n");
    expect(readFileSync(at("image/changes"), "utf8")).toBe("changed\n");
    expect(readFileSync(at("image/token"), "utf8")).toBe(SECRET);
    const [folder, file, script, single] = ["files/sub", "files/a", "files/sub/b", "image/single"].map((path) => {
      const { uid, gid, mode } = statSync(at(path));
      return [uid, gid, (mode & 0o777).toString(8)];
    });
    expect([folder, file, script, single]).toEqual([
      [1, 60, "750"],
      [1, 60, "640"],
      [1, 60, "640"],
      [0, 0, "644"],
    ]);
    expect(readlinkSync(at("files/link"))).toBe("a");
    expect(lstatSync(at("image/single")).isFile()).toBe(true);
    expect(() => statSync(join(hosts.root, "var/tmp/os-images-provision-2-files.tar"))).toThrow("ENOENT");
    expect(output).not.toContain(SECRET);
  });

  it("name the task that failed", async () => {
    const placed = await place(provisioners("image"));
    expect(await run(placed)).toContain("Script exited with non-zero exit status: 2");
    expect(failedTasks(placed.work.ansibleEvents).tasks).toMatchObject([
      { task: "Fail where the test wants it", message: "non-zero return code: the test wants it", unreachable: false },
    ]);
  });

  it("are refused before anything is installed if a playbook lacks a role, or was changed since the plan", async () => {
    writeFileSync(join(source, "ansible/broken.yml"), "- hosts: all\n  roles: [nowhere]\n");
    const broken = [Provisioner.ansible(join(source, "ansible/broken.yml"))];
    await expect(place(broken)).rejects.toThrow(/playbook "broken.yml" is not sound: the role 'nowhere' was not found/);
    const store = temporaryFolder("store");
    const { file } = writeRequest(store, { provisioners: provisioners() });
    appendFileSync(join(source, "files/a"), "changed\n");
    expect(() => loadRequest(file)).toThrow("something changed them; run the deploy again");
  });
});
