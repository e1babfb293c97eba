import { resolve } from "node:path";
import { AnsibleRun } from "../../../constructs/ansible-run";
import { Image } from "../../../constructs/image";
import { LibvirtMachines, type LibvirtMachinesProps } from "../../../constructs/libvirt-machines";
import { LibvirtNetwork } from "../../../constructs/libvirt-network";
import type { ImageFileProps, MachineImage } from "../../../constructs/machine-image";
import { imageIn, ownStack, SOME_SHA256, synthesized, type TerraformJson } from "../../support/app";

function imageMade(changed: Partial<ImageFileProps> = {}): MachineImage {
  const login = { username: "admin", method: "key" } as const;
  return Image.fromPath({
    name: "some",
    path: "/some.qcow2",
    format: "qcow2",
    fingerprint: SOME_SHA256,
    login,
    ...changed,
  });
}

function machines(changed: Partial<LibvirtMachinesProps> = {}): LibvirtMachines {
  return new LibvirtMachines(ownStack(), "web", { image: imageMade(), ...changed });
}

function jsonOf({ node }: LibvirtMachines): TerraformJson {
  return synthesized(node.scope!);
}

type Resource = Readonly<Record<string, unknown>> & {
  readonly lifecycle: { readonly create_before_destroy?: boolean; readonly ignore_changes?: readonly string[] };
};

/** Resources of a type, in the order in which they are made. */
function resources(json: TerraformJson, type: string): Resource[] {
  return Object.values(json.resource[type] ?? {}) as Resource[];
}

describe("libvirt machines", () => {
  it("have a pool, a network, a copy of the image, and an overlay and a domain each", () => {
    const json = jsonOf(
      machines({ count: 2, network: LibvirtNetwork.isolated("10.1.2.0/24"), memoryMiB: 512, vcpus: 2 }),
    );
    expect(resources(json, "libvirt_pool")).toMatchObject([
      { type: "dir", target: { path: "/var/lib/libvirt/images/web" } },
    ]);
    expect(resources(json, "libvirt_network")).toMatchObject([{ mode: "none", addresses: ["10.1.2.0/24"] }]);
    const [base, ...overlays] = resources(json, "libvirt_volume");
    expect(base).toMatchObject({ source: "/some.qcow2", format: "qcow2" });
    expect(base?.["name"]).toMatch(/^some-\$\{each\.key\}-/);
    expect(overlays).toHaveLength(2);
    for (const { base_volume_id: on } of overlays)
      expect(on).toMatch(/^\$\{libvirt_volume\.web_base_\w+\[local\.\w+\]\.id\}$/);
    const domains = resources(json, "libvirt_domain");
    expect(domains).toMatchObject(
      [0, 1].map(() => ({ memory: 512, vcpu: 2, type: "kvm", description: `some ${SOME_SHA256}` })),
    );
  });

  it("are configured by Ansible at the addresses that Terraform gets", () => {
    const web = machines();
    const playbook = resolve(__dirname, "../../data/ansible/site.yml");
    new AnsibleRun(web.node.scope!, "configure", { machines: web.machines, playbook, sshKeyFile: "/key" });
    const json = resources(jsonOf(web), "null_resource")
      .map((one) => JSON.stringify(one))
      .find((text) => text.includes("ANSIBLE"));
    expect(json).toMatch(
      /[^$]\$\{jsonencode\(null_resource\.web_web-0_answers_\w+\[local\.\w+\]\.triggers\.address\)\}/,
    );
    expect(json).not.toContain("$${");
  });

  it("take the release of the provider that their bindings are of", () => {
    expect(jsonOf(machines()).terraform).toMatchObject({
      required_providers: { libvirt: { source: "dmacvicar/libvirt", version: "~> 0.8.3" } },
    });
  });

  it("belong to another generation with another image or other hardware, and to the same with another count", () => {
    const keys = (changed: Partial<LibvirtMachinesProps>) =>
      Object.values(jsonOf(machines(changed)).locals ?? {}).find((text) => String(text).includes("sha256"));
    const key = keys({});
    expect(key).toBeDefined();
    expect(keys({ count: 3 })).toBe(key);
    expect(keys({ image: imageMade({ path: "/elsewhere/some.qcow2" }) })).toBe(key);
    expect(keys({ image: imageMade({ fingerprint: "a".repeat(64) }) })).not.toBe(key);
    expect(keys({ memoryMiB: 2048 })).not.toBe(key);
  });

  it("are made one after the other before the old ones go when they are replaced rolling", () => {
    const [first, second] = resources(jsonOf(machines({ count: 2 })), "libvirt_domain");
    expect(first?.lifecycle.create_before_destroy).toBe(true);
    expect(first?.["depends_on"]).toEqual([]);
    expect(second?.["depends_on"]).toEqual([expect.stringMatching(/^null_resource\.web_web-0_answers_/)]);
  });

  it("have so many minutes each for an address and for an answer, and stay the same when these change", () => {
    const json = jsonOf(machines({ timeoutMinutes: 2 }));
    expect(resources(json, "libvirt_domain")).toMatchObject([{ timeouts: { create: "2m" } }]);
    const [answers] = resources(json, "null_resource");
    expect(answers?.["provisioner"]).toMatchObject([{ "local-exec": { environment: { OS_IMAGES_SECONDS: "120" } } }]);
    expect(json.locals).toEqual(jsonOf(machines()).locals);
  });

  it("go before the new ones are made when all are replaced at once", () => {
    const [first, second] = resources(jsonOf(machines({ count: 2, replace: "all" })), "libvirt_domain");
    expect(first?.lifecycle.create_before_destroy).toBe(false);
    expect(second?.["depends_on"]).toEqual([]);
  });

  it("that are kept have a disk of their own and one generation for all images", () => {
    const json = jsonOf(machines({ count: 2, replace: "keep" }));
    const volumes = resources(json, "libvirt_volume");
    expect(volumes).toMatchObject([{ source: "/some.qcow2" }, { source: "/some.qcow2" }]);
    expect(volumes[0]?.lifecycle.ignore_changes).toContain("source");
    expect(Object.values(json.locals ?? {})).toEqual(["kept"]);
  });

  it("follow an image whose fingerprint Terraform alone knows", () => {
    const stack = ownStack();
    const image = imageIn(stack, { login: { username: "admin", method: "key" } });
    new LibvirtMachines(stack, "web", { image });
    const { locals } = synthesized(stack);
    const expressions = Object.values(locals ?? {}).map((expression) =>
      String(expression).replace(/_[0-9a-f]{8}\./g, "."),
    );
    const known = "null_resource.image_build.triggers.image_fingerprint";
    expect(expressions).toContain(`\${substr(${known}, 0, 12)}`);
    expect(expressions).toContainEqual(expect.stringContaining(`substr(sha256(join(" ", [${known}, `));
  });

  it("get a user from cloud-init, and then nobody needs a login in the image", () => {
    const cloudInit = { username: "ops", authorizedKey: "ssh-ed25519 AAAA ${me}" };
    const made = machines({ image: imageMade({ login: { username: "", method: "none" } }), cloudInit });
    expect(made.machines).toMatchObject([{ name: "web-0", username: "ops" }]);
    const [disk] = resources(jsonOf(made), "libvirt_cloudinit_disk");
    expect(disk?.["user_data"]).toContain('"ssh_authorized_keys":["ssh-ed25519 AAAA $${me}"]');
    expect(disk?.["meta_data"]).toContain('"local-hostname":"web-0"');
  });

  it("say in the outputs where they are and how one logs in", () => {
    const json = jsonOf(machines({ uri: "qemu+ssh://root@host/system" }));
    expect(Object.keys(json.output)).toEqual(["web_addresses", "web_consoles", "web_logins"]);
    expect(json.output["web_logins"]?.value).toEqual({
      "web-0": expect.stringMatching(/^ssh admin@\$\{null_resource/) as string,
    });
    expect(json.output["web_consoles"]?.value).toEqual({
      "web-0": expect.stringMatching(/^virsh -c qemu\+ssh:\/\/root@host\/system console /) as string,
    });
  });

  it("share a provider in a stack if they share a hypervisor", () => {
    const stack = ownStack();
    new LibvirtMachines(stack, "web", { image: imageMade() });
    new LibvirtMachines(stack, "db", { image: imageMade() });
    new LibvirtMachines(stack, "far", { image: imageMade(), uri: "qemu+ssh://far/system" });
    const { provider } = synthesized(stack) as unknown as { provider: { libvirt: { uri: string }[] } };
    expect(provider.libvirt.map(({ uri }) => uri)).toEqual(["qemu:///system", "qemu+ssh://far/system"]);
  });
});

describe("libvirt machines are refused", () => {
  const refused: [string, Partial<LibvirtMachinesProps>, string][] = [
    [
      "from a format that libvirt overlays cannot lie on",
      { image: imageMade({ format: "vmdk" as "raw" }) },
      'the format "vmdk"',
    ],
    ["from an image for UEFI", { image: imageMade({ firmware: "uefi" }) }, 'the firmware "uefi"'],
    [
      "from an image for another processor",
      { image: { ...imageMade(), architecture: "arm64" as "x86_64" } },
      "is for arm64",
    ],
    ["if nobody can log in", { image: imageMade({ login: { username: "", method: "none" } }) }, "nobody can log in"],
    ["in a number that is none", { count: 0 }, "count 0"],
    ["if they are to answer in no time", { timeoutMinutes: 0.5 }, "timeoutMinutes 0.5"],
    ["in a pool at a relative path", { poolPath: "pool" }, 'poolPath "pool"'],
    ["with a key that is none", { cloudInit: { username: "ops", authorizedKey: "/home/me/key.pub" } }, "no public key"],
    [
      "with a user who is none",
      { cloudInit: { username: "a b", authorizedKey: "ssh-ed25519 AAAA" } },
      'username "a b"',
    ],
  ];

  it.each(refused)("%s", (_, changed, message) => {
    expect(() => machines(changed)).toThrow(message);
  });

  it("on a network that is none", () => {
    expect(() => LibvirtNetwork.nat("10.0.0.0")).toThrow('"10.0.0.0" is no IPv4 network');
    expect(() => LibvirtNetwork.isolated("10.0.0.0/31")).toThrow("write one of 8 to 29 bits");
  });
});
