import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { toolEnvironment } from "../../host/environment";
import { build } from "../../builder/main";
import { requireTool } from "../../host/find";
import { login } from "../../machine/login";
import { NATIVE_BUILDERS, type NativeBuilder } from "../../recipe/native";
import { describeWith, findExtra } from "../support/extra";
import { makeStore } from "../support/fake-store";
import { withMachine } from "../support/platform-machine";
import { demoKickstart, writeRequest } from "../support/request";
import { copyOut } from "../support/secrets/disk";
import { Terraform } from "../support/terraform";
import { temporaryFolder } from "../support/temporary";

jest.setTimeout(600_000);

interface Template {
  readonly packer?: object;
  readonly variable: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly build: { readonly provisioner: readonly object[] };
}

const ROOT = resolve(__dirname, "../..");
const project = temporaryFolder("native");
const BUILDERS = Object.keys(NATIVE_BUILDERS) as NativeBuilder[];
const folderOf = (builder: NativeBuilder): string => join(project, "packer/web", builder);

beforeAll(() => {
  writeFileSync(join(project, "cdktf.json"), JSON.stringify({ language: "typescript", app: "", projectId: "native" }));
  writeFileSync(join(project, "script.sh"), "#!/bin/sh\ntest \"$WORD\" = 'a ${b} word'\n");
  cpSync(join(ROOT, "__tests__/data/files"), join(project, "files"), { recursive: true, verbatimSymlinks: true });
  const app = join(ROOT, "__tests__/support/native-app.ts");
  execFileSync(process.execPath, ["--require", require.resolve("tsx/cjs"), app, project], { cwd: project });
  const { status, output } = new Terraform(undefined, join(project, "cdktf.out/stacks/native")).apply();
  if (status !== 0) throw new Error(output);
});

test.each(BUILDERS)("a deploy writes what Packer needs for %s, for its owner's eyes only", (builder) => {
  const installs = NATIVE_BUILDERS[builder].from === "medium" ? ["kickstart.cfg"] : [];
  const files = [...installs, "provision-1-script.sh", "seal.sh", "unpack-files.sh", "web.pkr.json"];
  expect(readdirSync(folderOf(builder)).sort()).toEqual(files.sort());
  for (const file of files) expect(statSync(join(folderOf(builder), file)).mode & 0o077).toBe(0);
});

/** What a template provisions and seals, done to a running machine of the demo image: Packer's null builder makes none. */
test("the provisioners and the sealing of a template do to a machine what they do to an image", async () => {
  const store = makeStore();
  const rule = "%post\necho 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin\n%end\n";
  const kickstart = demoKickstart(readFileSync(`${privateKey()}.pub`, "utf8").trim());
  const { file, image } = writeRequest(store, { kickstart: `${kickstart}\n${rule}` });
  const { disk } = await build(file, { write: () => undefined });
  const folder = join(temporaryFolder("null"), "amazon-ebs");
  cpSync(folderOf("amazon-ebs"), folder, { recursive: true });
  const overlay = join(folder, "overlay.qcow2");
  execFileSync("qemu-img", ["create", "-q", "-f", "qcow2", "-b", join(image, disk.file), "-F", "qcow2", overlay]);
  const hardware = { firmware: "bios", bus: "virtio", card: "virtio-net-pci" } as const;
  await withMachine({ file: overlay, format: "qcow2" }, hardware, async ({ port, isOver }) => {
    (await login({ port, username: "admin", keyFile: privateKey(), timeoutSeconds: 300, isOver })).end();
    const communicator = { communicator: "ssh", ssh_host: "127.0.0.1", ssh_port: port, ssh_username: "admin" };
    const source = { null: { image: { ...communicator, ssh_private_key_file: privateKey() } } };
    const template = templateIn(folder);
    const build = { ...template.build, sources: ["source.null.image"] };
    writeFileSync(join(folder, "web.pkr.json"), JSON.stringify({ variable: template.variable, source, build }));
    const { status, output } = await packerBuild(folder);
    expect(status === 0 ? "" : output).toBe("");
  });
  const root = join(folder, "root");
  copyOut(overlay, root);
  expect(statSync(join(root, "srv/files/a")).mode & 0o777).toBe(0o640);
  expect(readFileSync(join(root, "etc/a.conf"), "utf8")).toBe(readFileSync(join(project, "files/a"), "utf8"));
  expect(readFileSync(join(root, "etc/passwd"), "utf8")).not.toMatch(/^admin:/m);
  expect(readdirSync(join(root, "etc/ssh")).filter((name) => name.startsWith("ssh_host_"))).toEqual([]);
  expect(existsSync(join(root, "dev/shm/os-images-seal.sh"))).toBe(false);
}, 900_000);

function templateIn(folder: string): Template {
  return JSON.parse(readFileSync(join(folder, "web.pkr.json"), "utf8")) as Template;
}

async function packerBuild(folder: string): Promise<{ status: number; output: string }> {
  const env = { ...process.env, ...toolEnvironment(), ...valuesFor(templateIn(folder)) };
  const child = spawn(requireTool("packer").path, ["build", "-color=false", "."], { cwd: folder, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const status = await new Promise<number>((resolve) => child.once("close", (code) => resolve(code ?? -1)));
  return { status, output };
}

/** Packer's answer about a folder's template. */
function validate(packer: string, folder: string, environment: NodeJS.ProcessEnv = {}): string {
  const env = { ...process.env, ...toolEnvironment(), ...valuesFor(templateIn(folder)), ...environment };
  const { stdout, stderr } = spawnSync(packer, ["validate", "."], { cwd: folder, encoding: "utf8", env });
  return `${stdout}${stderr}`.trim();
}

/** Some value for every variable without a default. */
function valuesFor({ variable }: Template): NodeJS.ProcessEnv {
  const unset = Object.entries(variable).filter(([, { default: value }]) => value === undefined);
  return Object.fromEntries(unset.map(([name]) => [`PKR_VAR_${name}`, valueOf(name)]));
}

function valueOf(variable: string): string {
  if (variable === "ssh_private_key_file") return privateKey();
  if (variable === "proxmox_url") return "https://127.0.0.1:8006/api2/json";
  return "some-value";
}

let key: string | undefined;
function privateKey(): string {
  if (key !== undefined) return key;
  key = join(project, "key");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
  return key;
}

/** A copy of a template that requires no plugin: the tests' are older than what it asks for, or compiled in. */
function withoutPlugins(builder: NativeBuilder): string {
  const folder = join(temporaryFolder("validate"), builder);
  cpSync(folderOf(builder), folder, { recursive: true });
  writeFileSync(join(folder, "web.pkr.json"), JSON.stringify({ ...templateIn(folder), packer: undefined }));
  return folder;
}

/** That version of the plugin has the builder under an old name, and asks for what later ones find out: the pool's type. */
function forOldProxmox(folder: string): void {
  const file = join(folder, "web.pkr.json");
  const text = readFileSync(file, "utf8")
    .replace('"proxmox-iso":', '"proxmox":')
    .replace("source.proxmox-iso.", "source.proxmox.");
  writeFileSync(file, text.replace('"type":"scsi",', '"type":"scsi","storage_pool_type":"lvm-thin",'));
}

const AS_PLUGINS = ["proxmox", "hyperv"] as const;

/** The last Packer that has the builders compiled in. */
describeWith(findExtra("packer-1.9"), "Packer 1.9", (packer) => {
  it.each(BUILDERS.filter((builder) => !AS_PLUGINS.some((name) => builder.startsWith(name))))(
    "takes the template for %s",
    (builder) => {
      const said = validate(packer, withoutPlugins(builder));
      // It warns of every builder that it has compiled in.
      expect(said.replace(/Warning: Bundled plugins used[^]*?manage installation of the plugins/g, "")).not.toMatch(
        /Warning|Error/,
      );
      expect(said).toContain("The configuration is valid.");
    },
  );
});

for (const name of AS_PLUGINS) {
  describeWith(findExtra(`packer-plugin-${name}`), `Packer with its plugin for ${name}`, (plugin) => {
    it(`takes the template for ${name}-iso`, () => {
      const env = { PACKER_PLUGIN_PATH: temporaryFolder("plugins") };
      const packer = requireTool("packer").path;
      execFileSync(packer, ["plugins", "install", "--path", plugin, `github.com/hashicorp/${name}`], {
        env: { ...process.env, ...toolEnvironment(), ...env },
      });
      const folder = withoutPlugins(`${name}-iso`);
      if (name === "proxmox") forOldProxmox(folder);
      expect(validate(packer, folder, env)).toBe("The configuration is valid.");
    });
  });
}
