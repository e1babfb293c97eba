import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../../builder/main";
import { describeWith, findExtra } from "../../support/extra";
import { makeStore, osImages } from "../../support/fake-store";
import { Libvirtd, whyNoLibvirt } from "../../support/libvirtd";
import { writeRequest } from "../../support/request";
import { temporaryFolder } from "../../support/temporary";

jest.setTimeout(1_200_000);

const why = whyNoLibvirt();
const extra = why === undefined ? findExtra("vagrant") : { reason: why };

const BOX = readFileSync(join(__dirname, "../../data/vagrant-box.cfg"), "utf8");

/** Machines are emulated, on a network without a way out. */
const VAGRANTFILE = `Vagrant.configure("2") do |config|
  config.vm.box = "web"
  config.vm.boot_timeout = 600
  config.vm.provider :libvirt do |libvirt|
    libvirt.driver = "qemu"
    libvirt.uri = ENV["LIBVIRT_URI"]
    libvirt.memory = 512
    libvirt.cpus = 1
    libvirt.graphics_type = "none"
    libvirt.management_network_mode = "none"
  end
end
`;

describeWith(extra, "Vagrant with libvirt", (vagrant) => {
  const libvirtd = new Libvirtd();
  const folder = temporaryFolder("vagrant");
  let box = "";

  /** Vagrant as a user types it, with a home of its own. */
  const run = (...words: string[]): { status: number | null; output: string } => {
    const env = {
      ...process.env,
      VAGRANT_HOME: join(folder, "home"),
      LIBVIRT_URI: libvirtd.uri,
      VAGRANT_CHECKPOINT_DISABLE: "1",
    };
    const { status, stdout, stderr } = spawnSync(...libvirtd.inNetwork(vagrant, words), {
      cwd: join(folder, "project"),
      encoding: "utf8",
      env,
    });
    return { status, output: `${stdout}${stderr}` };
  };

  beforeAll(async () => {
    const store = makeStore();
    const { file } = writeRequest(store, { name: "web", kickstart: `${BOX}\n${keyOfVagrant()}` });
    await build(file, { write: () => undefined });
    box = osImages(store, "export", "web", "--platform", "vagrant", "--output", folder).stdout.trim();
    mkdirSync(join(folder, "project"));
    writeFileSync(join(folder, "project", "Vagrantfile"), VAGRANTFILE);
    libvirtd.start();
  });
  afterAll(() => libvirtd.remove());

  it("adds the box, starts a machine from it, logs in, and destroys it", () => {
    expect(run("box", "add", "--name", "web", box)).toMatchObject({ status: 0 });
    const up = run("up", "--provider", "libvirt");
    expect(up.status === 0 ? "" : up.output).toBe("");
    const answer = run("ssh", "-c", "hostname; sudo -n id -un; cat /etc/motd");
    expect(answer.output.replaceAll("\r", "")).toContain("box.localdomain\nroot\na box\n");
    expect(run("destroy", "--force")).toMatchObject({ status: 0 });
    expect(libvirtd.domains()).toEqual([]);
  });
});

/** The key that every box lets in first, which `vagrant up` then replaces. */
function keyOfVagrant(): string {
  const files = execFileSync("dpkg", ["-L", "vagrant"], { encoding: "utf8" }).split("\n");
  const key = readFileSync(files.find((file) => file.endsWith("/keys/vagrant.pub")) ?? "", "utf8").trim();
  return [
    "%post --erroronfail",
    "set -eu",
    "install -d -m 0700 -o vagrant -g vagrant /home/vagrant/.ssh",
    `echo '${key}' > /home/vagrant/.ssh/authorized_keys`,
    "chown vagrant: /home/vagrant/.ssh/authorized_keys",
    "chmod 0600 /home/vagrant/.ssh/authorized_keys",
    "%end",
    "",
  ].join("\n");
}
