import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { Fn, TerraformOutput, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { CloudinitDisk } from "../imports/providers/libvirt/cloudinit-disk";
import { Domain, type DomainNetworkInterface } from "../imports/providers/libvirt/domain";
import { Network } from "../imports/providers/libvirt/network";
import { Pool } from "../imports/providers/libvirt/pool";
import type { LibvirtProvider } from "../imports/providers/libvirt/provider";
import { Volume } from "../imports/providers/libvirt/volume";
import { SHORT_DIGITS } from "../recipe/fingerprint";
import { sha256 } from "../util/digest";
import { cloudInitData, type CloudInit } from "./cloud-init";
import { Generation, type Part } from "./generation";
import { checkMachines, useLibvirt } from "./libvirt-host";
import { LibvirtNetwork } from "./libvirt-network";
import type { Machine } from "./machine";
import type { MachineImage } from "./machine-image";
import { scriptProvisioner } from "./package";
import { escapeTemplate } from "./terraform-text";

export interface LibvirtMachinesProps {
  /** Its format is qcow2 or raw, its firmware "bios". */
  readonly image: MachineImage;
  /** @default 1 */
  readonly count?: number;
  /** @default 1024 */
  readonly memoryMiB?: number;
  /** @default 1 */
  readonly vcpus?: number;
  /**
   * What another image, or other hardware, does to the machines.
   *
   * "rolling": new machines come one after another beside the old ones, each has to answer before the next is made, and
   * the old ones go at last: there is room for both sets, and what configures the machines in this stack is done before
   * the old ones go. "all": the old ones go first. "keep": they stay as they are, each on a disk of its own, and only
   * machines that are made later get the new image.
   * @default "rolling"
   */
  readonly replace?: "rolling" | "all" | "keep";
  /** @default - one with access to the world (nat), its addresses chosen by this construct's path */
  readonly network?: LibvirtNetwork;
  /**
   * The hypervisor (https://libvirt.org/uri.html), such as "qemu+ssh://root@host/system".
   * @default "qemu:///system"
   */
  readonly uri?: string;
  /**
   * Folder on the hypervisor for the disks; it is made, and removed by a destroy.
   * @default - /var/lib/libvirt/images/ and the construct's id
   */
  readonly poolPath?: string;
  /**
   * "qemu" emulates, where the hypervisor has no KVM.
   * @default "kvm"
   */
  readonly domainType?: "kvm" | "qemu";
  /**
   * How long a machine may take until DHCP knows it, and as long again until its sshd answers.
   * @default 15
   */
  readonly timeoutMinutes?: number;
  /**
   * A user whom cloud-init makes at the first start. The image must have cloud-init.
   * @default - the image's own login
   */
  readonly cloudInit?: CloudInit;
}

/** Digits at the end of a name, other ones for each object that is made. */
const RANDOM = "${substr(uuid(), 0, 6)}";

/** The attributes that make the provider replace an object. */
const FIXED = {
  disk: ["name", "source", "format", "size"],
  cloudInit: ["name"],
  domain: [
    ...["name", "description", "type", "cpu", "vcpu", "memory", "arch", "machine", "emulator", "firmware", "nvram"],
    ...["disk", "cloudinit", "network_interface", "console", "graphics", "xml"],
  ],
  // A machine that is off has no address. libvirt keeps the one that it had.
  answers: ['triggers["address"]'],
};

const AWAIT = [
  'await --name "$OS_IMAGES_MACHINE" --address "$OS_IMAGES_ADDRESS" --seconds "$OS_IMAGES_SECONDS"',
  '--console "$OS_IMAGES_CONSOLE" --manifest "$OS_IMAGES_MANIFEST" --copy "$OS_IMAGES_COPY"',
].join(" ");

/**
 * Machines on a libvirt host, made from an image. The stack needs the providers that `useProviders` declares, and gets the
 * one of libvirt here. Its outputs are `<id>_addresses`, `<id>_consoles` and `<id>_logins`.
 *
 * Names on the hypervisor end in random digits, as the provider writes into a volume that it finds under a name.
 */
export class LibvirtMachines extends Construct {
  readonly machines: readonly Machine[];

  /** @throws UserError on an image that these machines cannot start from, or a value out of range */
  constructor(scope: Construct, id: string, props: LibvirtMachinesProps) {
    super(scope, id);
    const { image, count = 1, replace = "rolling", uri = "qemu:///system" } = props;
    const { poolPath = `/var/lib/libvirt/images/${id}`, network = LibvirtNetwork.chosenBy(this.node.path) } = props;
    const { fingerprint, path, format } = image.referTo(this);
    checkMachines(id, props, format);

    const provider = useLibvirt(TerraformStack.of(this), uri);
    const pool = new Pool(this, "pool", {
      provider,
      name: named(id, poolPath),
      type: "dir",
      target: { path: escapeTemplate(poolPath) },
    }).name;
    const generation = (of: string, key: string): Generation => new Generation(this, of, key, replace === "rolling");
    const base =
      replace === "keep"
        ? undefined
        : generation("image", Fn.substr(fingerprint, 0, SHORT_DIGITS)).of(
            new Volume(this, "base", {
              provider,
              pool,
              name: `${image.name}-\${each.key}-${RANDOM}`,
              source: path,
              format,
            }),
            FIXED.disk,
          );
    const { memoryMiB, vcpus, domainType, cloudInit } = props;
    const settings = sha256(JSON.stringify([uri, poolPath, network.settings, memoryMiB, vcpus, domainType, cloudInit]));
    const key = replace === "keep" ? "kept" : Fn.substr(Fn.sha256(Fn.join(" ", [fingerprint, settings])), 0, 8);
    const group: Group = {
      props,
      provider,
      pool,
      base,
      generation: generation("generation", key),
      networkInterface: { ...this.networkOf(network, provider), waitForLease: true },
      uri,
    };

    const made: Made[] = [];
    for (let index = 0; index < count; index += 1) {
      const before = replace === "rolling" ? made.at(-1) : undefined;
      made.push(this.placeMachine(`${id}-${index}`, group, before));
    }
    this.machines = made.map(({ machine }) => machine);
    this.addOutputs(made);
  }

  private networkOf(
    { settings }: LibvirtNetwork,
    provider: LibvirtProvider,
  ): { readonly networkId: string } | { readonly networkName: string } {
    if (settings.mode === undefined) return { networkName: escapeTemplate(settings.name) };
    const { id } = new Network(this, "network", {
      provider,
      name: named(this.node.id, JSON.stringify(settings)),
      mode: settings.mode,
      addresses: [settings.cidr],
      dhcp: { enabled: true },
      autostart: true,
    });
    return { networkId: id };
  }

  /** @param before the machine that has to answer before this one is made */
  private placeMachine(name: string, group: Group, before: Made | undefined): Made {
    const { props, provider, pool, base, generation, networkInterface, uri } = group;
    const { image, memoryMiB = 1024, vcpus = 1, domainType = "kvm", timeoutMinutes = 15, cloudInit } = props;
    const { fingerprint, path, manifestPath, format } = image.referTo(this);
    const within = new Construct(this, name);
    const source =
      base === undefined ? { source: path, format } : { baseVolumeId: base.attribute("id"), format: "qcow2" };
    const onHost = { provider, name: `${name}-${RANDOM}` };
    const disk = generation.of(new Volume(within, "disk", { ...onHost, pool, ...source }), FIXED.disk);
    const user =
      cloudInit &&
      generation.of(
        new CloudinitDisk(within, "cloud-init", { ...onHost, pool, ...cloudInitData(name, cloudInit) }),
        FIXED.cloudInit,
      );
    const domain = generation.of(
      new Domain(within, "domain", {
        ...onHost,
        description: `${image.name} ${fingerprint}`,
        type: domainType,
        // Enterprise Linux 9 and newer need more of a processor than QEMU's default has.
        cpu: { mode: domainType === "kvm" ? "host-passthrough" : "maximum" },
        vcpu: vcpus,
        memory: memoryMiB,
        disk: [{ volumeId: disk.attribute("id") }],
        networkInterface: [networkInterface],
        ...(user && { cloudinit: user.attribute("id") }),
        autostart: true,
        xml: { xslt: escapeTemplate(readFileSync(join(__dirname, "libvirt-domain.xsl"), "utf8")) },
        timeouts: { create: `${timeoutMinutes}m` },
        dependsOn: before ? [before.answers.dependable] : [],
      }),
      FIXED.domain,
    );
    domain.resource.addOverride("lifecycle.replace_triggered_by", [`${disk.dependable.fqn}[each.key].id`]);
    this.warnOfChangesByHand(name, domain, memoryMiB, vcpus);
    const console = `virsh -c ${escapeTemplate(uri)} console ${domain.attribute("name")}`;
    const answers = generation.of(
      new NullResource(within, "answers", {
        triggers: {
          machine: domain.attribute("id"),
          address: `\${try(${domain.address}.network_interface[0].addresses[0], "")}`,
        },
        provisioners: [
          scriptProvisioner("machine/main", AWAIT, {
            OS_IMAGES_MACHINE: name,
            OS_IMAGES_ADDRESS: "${self.triggers.address}",
            OS_IMAGES_SECONDS: String(timeoutMinutes * 60),
            OS_IMAGES_CONSOLE: console,
            OS_IMAGES_MANIFEST: manifestPath,
            // What lies on another host is no reason to keep an image in this store.
            OS_IMAGES_COPY: uri.startsWith("qemu:///") ? (base ?? disk).attribute("id") : "",
          }),
        ],
      }),
      FIXED.answers,
    );
    const username = escapeTemplate(cloudInit?.username ?? image.login.username);
    const address = answers.attribute("triggers.address");
    return { machine: { name, address, username, identity: domain.attribute("id") }, answers, console };
  }

  /** What differs on the hypervisor stays so: to make the machine anew would take it away from whoever changed it. */
  private warnOfChangesByHand(name: string, domain: Part, memoryMiB: number, vcpus: number): void {
    TerraformStack.of(this).addOverride(`check.${domain.resource.friendlyUniqueId}`, {
      assert: {
        condition: `\${${domain.address}.memory == ${memoryMiB} && ${domain.address}.vcpu == ${vcpus}}`,
        error_message:
          `Machine ${name} was changed by hand: it is to have ${memoryMiB} MiB and ${vcpus} vcpus. Change it back with ` +
          `\`virsh edit\`, or have it made anew: terraform apply -replace='${domain.typedAddress}'`,
      },
    });
  }

  private addOutputs(made: readonly Made[]): void {
    const each = (value: (one: Made) => string): Record<string, string> =>
      Object.fromEntries(made.map((one) => [one.machine.name, value(one)]));
    const outputs = {
      addresses: each(({ machine }) => machine.address),
      consoles: each(({ console }) => console),
      logins: each(({ machine: { username, address } }) => `ssh ${username}@${address}`),
    };
    for (const [name, value] of Object.entries(outputs)) {
      new TerraformOutput(TerraformStack.of(this), `${this.node.id}_${name}`, { value, staticId: true });
    }
  }
}

/** What the machines of one construct have in common. */
interface Group {
  readonly props: LibvirtMachinesProps;
  readonly provider: LibvirtProvider;
  /** Name of the pool. */
  readonly pool: string;
  /** The image's copy in the pool, on which the machines' overlays lie. */
  readonly base: Part | undefined;
  readonly generation: Generation;
  readonly networkInterface: DomainNetworkInterface;
  readonly uri: string;
}

interface Made {
  readonly machine: Machine;
  /** Done once its sshd answers. */
  readonly answers: Part;
  /** The command that shows its console. */
  readonly console: string;
}

/** A name for a thing with these settings: with others it is another thing, and both may be there for a while. */
function named(id: string, settings: string): string {
  return `${id}-${sha256(settings).slice(0, 4)}`;
}
