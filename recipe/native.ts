import { posix } from "node:path";
import { shellQuote } from "../util/shell-quote";
import { UserError } from "../util/user-error";
import { sealFile } from "./files";
import type { Dialect } from "./release";
import type { ResolvedImage } from "./properties";
import { packerSteps, type Step } from "./steps";
import { delivered, loginOptions, loginVariables, mediumVariables, SEAL_IN_GUEST } from "./template";

/** What a builder is made of besides what all have. */
interface Builder {
  /** Its plugin, and the oldest version whose options are used. */
  readonly plugin: { readonly name: string; readonly version: string };
  /** Whether it installs from the medium, or starts from an image that the cloud has. */
  readonly from: "medium" | "cloud image";
  /** Variables of the place where it builds: names, and defaults if there can be one. "(secret)" is masked. */
  readonly variables: (image: ResolvedImage) => Readonly<Record<string, string | undefined>>;
  readonly options: (image: ResolvedImage, name: string, fingerprint: string) => object;
}

const SECRET = "(secret)";

/** Disk controllers and cards are those that the exports name; firmware, memory, disk and name are the image's. */
export const NATIVE_BUILDERS = {
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/vsphere/latest/components/builder/vsphere-iso */
  "vsphere-iso": {
    plugin: { name: "vsphere", version: ">= 1.1.1" },
    from: "medium",
    variables: ({ release }) => ({
      vcenter_server: undefined,
      vcenter_username: undefined,
      vcenter_password: SECRET,
      cluster: undefined,
      datastore: undefined,
      network: "VM Network",
      guest_os_type: VSPHERE_GUESTS[familyOf(release.dialect)],
    }),
    options: (image, name, fingerprint) => ({
      vcenter_server: "${var.vcenter_server}",
      username: "${var.vcenter_username}",
      password: "${var.vcenter_password}",
      cluster: "${var.cluster}",
      datastore: "${var.datastore}",
      vm_name: name,
      notes: `${image.release.title}, os-images ${fingerprint}`,
      guest_os_type: "${var.guest_os_type}",
      firmware: image.firmware === "uefi" ? "efi" : "bios",
      CPUs: cpus(image),
      RAM: image.memoryMiB,
      disk_controller_type: ["pvscsi"],
      storage: [{ disk_size: image.diskMiB, disk_thin_provisioned: true }],
      network_adapters: [{ network: "${var.network}", network_card: "vmxnet3" }],
      convert_to_template: true,
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/vmware/latest/components/builder/iso */
  "vmware-iso": {
    plugin: { name: "vmware", version: ">= 1.0.7" },
    from: "medium",
    variables: ({ release }) => ({
      guest_os_type: VMWARE_GUESTS[familyOf(release.dialect)],
      output_directory: "output",
    }),
    options: (image, name, fingerprint) => ({
      vm_name: name,
      guest_os_type: "${var.guest_os_type}",
      version: 19,
      cpus: cpus(image),
      memory: image.memoryMiB,
      disk_size: image.diskMiB,
      disk_adapter_type: "pvscsi",
      network_adapter_type: "vmxnet3",
      headless: image.headless,
      output_directory: "${var.output_directory}",
      vmx_data: { firmware: image.firmware === "uefi" ? "efi" : "bios", annotation: `os-images ${fingerprint}` },
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/virtualbox/latest/components/builder/iso */
  "virtualbox-iso": {
    plugin: { name: "virtualbox", version: ">= 1.0.4" },
    from: "medium",
    variables: ({ release }) => ({
      guest_os_type: VIRTUALBOX_GUESTS[familyOf(release.dialect)],
      output_directory: "output",
    }),
    options: (image, name, fingerprint) => ({
      vm_name: name,
      guest_os_type: "${var.guest_os_type}",
      firmware: image.firmware === "uefi" ? "efi" : "bios",
      cpus: cpus(image),
      memory: image.memoryMiB,
      disk_size: image.diskMiB,
      hard_drive_interface: "sata",
      hard_drive_discard: true,
      iso_interface: "sata",
      nic_type: "virtio",
      guest_additions_mode: "disable",
      headless: image.headless,
      format: "ova",
      export_opts: ["--vsys", "0", "--description", `os-images ${fingerprint}`],
      output_directory: "${var.output_directory}",
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/proxmox/latest/components/builder/iso */
  "proxmox-iso": {
    plugin: { name: "proxmox", version: ">= 1.1.3" },
    from: "medium",
    variables: () => ({
      proxmox_url: undefined,
      proxmox_username: undefined,
      proxmox_token: SECRET,
      node: undefined,
      storage_pool: "local-lvm",
      iso_storage_pool: "local",
      bridge: "vmbr0",
    }),
    options: (image, name, fingerprint) => ({
      proxmox_url: "${var.proxmox_url}",
      username: "${var.proxmox_username}",
      token: "${var.proxmox_token}",
      node: "${var.node}",
      vm_name: name,
      template_name: name,
      template_description: `${image.release.title}, os-images ${fingerprint}`,
      os: "l26",
      qemu_agent: true,
      cores: cpus(image),
      cpu_type: "host",
      memory: image.memoryMiB,
      scsi_controller: "virtio-scsi-single",
      disks: [{ type: "scsi", disk_size: `${image.diskMiB}M`, storage_pool: "${var.storage_pool}", format: "raw" }],
      network_adapters: [{ model: "virtio", bridge: "${var.bridge}" }],
      iso_storage_pool: "${var.iso_storage_pool}",
      unmount_iso: true,
      ...(image.firmware === "uefi" && {
        bios: "ovmf",
        machine: "q35",
        efi_config: { efi_storage_pool: "${var.storage_pool}", efi_type: "4m", pre_enrolled_keys: false },
      }),
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/hyperv/latest/components/builder/iso */
  "hyperv-iso": {
    plugin: { name: "hyperv", version: ">= 1.1.1" },
    from: "medium",
    variables: () => ({ switch_name: "Default Switch", output_directory: "output" }),
    options: (image, name) => ({
      vm_name: name,
      generation: image.firmware === "uefi" ? 2 : 1,
      enable_secure_boot: false,
      cpus: cpus(image),
      memory: image.memoryMiB,
      disk_size: image.diskMiB,
      switch_name: "${var.switch_name}",
      headless: image.headless,
      output_directory: "${var.output_directory}",
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/amazon/latest/components/builder/ebs */
  "amazon-ebs": {
    plugin: { name: "amazon", version: ">= 1.2.1" },
    from: "cloud image",
    variables: () => ({ region: undefined, source_ami: undefined, instance_type: "t3.small" }),
    options: (image, name, fingerprint) => ({
      region: "${var.region}",
      source_ami: "${var.source_ami}",
      instance_type: "${var.instance_type}",
      ami_name: name,
      ami_description: image.release.title,
      ena_support: true,
      ami_virtualization_type: "hvm",
      launch_block_device_mappings: [
        { device_name: "/dev/sda1", volume_size: gib(image), volume_type: "gp3", delete_on_termination: true },
      ],
      tags: { Name: image.name, fingerprint },
      // cloud-init gives the build's key to its default user.
      user_data: `#cloud-config\nsystem_info:\n  default_user:\n    name: ${image.buildLogin.username}\n`,
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/azure/latest/components/builder/arm */
  "azure-arm": {
    plugin: { name: "azure", version: ">= 1.4.0" },
    from: "cloud image",
    variables: () => ({
      subscription_id: undefined,
      tenant_id: undefined,
      client_id: undefined,
      client_secret: SECRET,
      resource_group: undefined,
      location: undefined,
      image_publisher: undefined,
      image_offer: undefined,
      image_sku: undefined,
      vm_size: "Standard_B2s",
    }),
    options: (image, name, fingerprint) => ({
      subscription_id: "${var.subscription_id}",
      tenant_id: "${var.tenant_id}",
      client_id: "${var.client_id}",
      client_secret: "${var.client_secret}",
      managed_image_name: name,
      managed_image_resource_group_name: "${var.resource_group}",
      location: "${var.location}",
      vm_size: "${var.vm_size}",
      os_type: "Linux",
      image_publisher: "${var.image_publisher}",
      image_offer: "${var.image_offer}",
      image_sku: "${var.image_sku}",
      os_disk_size_gb: gib(image),
      azure_tags: { name: image.name, fingerprint },
    }),
  },
  /** https://developer.hashicorp.com/packer/integrations/hashicorp/googlecompute/latest/components/builder/googlecompute */
  googlecompute: {
    plugin: { name: "googlecompute", version: ">= 1.1.0" },
    from: "cloud image",
    variables: () => ({
      project_id: undefined,
      zone: undefined,
      source_image_family: undefined,
      machine_type: "e2-small",
    }),
    options: (image, name, fingerprint) => ({
      project_id: "${var.project_id}",
      zone: "${var.zone}",
      source_image_family: "${var.source_image_family}",
      machine_type: "${var.machine_type}",
      image_name: name,
      image_family: image.name,
      image_description: `${image.release.title}, os-images ${fingerprint}`,
      disk_size: gib(image),
    }),
  },
} as const satisfies Readonly<Record<string, Builder>>;

/** The name of a builder of Packer's, such as "vsphere-iso". */
export type NativeBuilder = keyof typeof NATIVE_BUILDERS;

/**
 * The Packer template that builds an image on a platform itself, in HCL2's JSON form: the same provisioners and sealing as
 * an image has that QEMU builds, and, with builders that install, the same kickstart. Where it builds, and the credentials
 * for it, are Packer variables. What comes out has that name, and the recipe's fingerprint where the platform has a place for it.
 * @throws UserError on a login that the builder cannot use
 */
export function nativeTemplate(
  image: ResolvedImage,
  builder: NativeBuilder,
  { name, fingerprint }: { readonly name: string; readonly fingerprint: string },
): object {
  const { plugin, from, variables, options }: Builder = NATIVE_BUILDERS[builder];
  refuseWhatItCannot(image, builder, from);
  const installs = from === "medium";
  const { name: pluginName, version } = plugin;
  return {
    packer: { required_plugins: { [pluginName]: { source: `github.com/hashicorp/${pluginName}`, version } } },
    variable: {
      ...placeVariables(variables(image)),
      ...(installs && { ...mediumVariables(image), ...loginVariables(image) }),
      ...secretVariables(image, installs),
    },
    source: {
      [builder]: {
        image: {
          ...options(image, name, fingerprint),
          ...(installs
            ? installation(image, builder)
            : { communicator: "ssh", ssh_username: image.buildLogin.username }),
        },
      },
    },
    build: { sources: [`source.${builder}.image`], provisioner: provisioners(image, builder) },
  };
}

function refuseWhatItCannot(image: ResolvedImage, builder: NativeBuilder, from: Builder["from"]): void {
  const { name, buildLogin, steps, medium } = image;
  if (medium.base !== undefined) {
    throw new UserError(
      `image "${name}" is built on the image "${medium.base.name}", which ${builder} does not have: write ` +
        "medium: InstallMedium.iso(...) and a kickstart",
    );
  }
  if (buildLogin.kind === "none") {
    throw new UserError(
      `image "${name}" has Login.none(), but ${builder} logs in to provision and to seal: write Login.buildKey()`,
    );
  }
  if (from === "cloud image" && buildLogin.kind !== "buildKey") {
    throw new UserError(
      `${builder} logs in to image "${name}" by a key that it makes itself: write Login.buildKey(), not the login of ` +
        `user "${buildLogin.username}"`,
    );
  }
  if (steps.some(({ kind }) => kind === "ansible")) {
    throw new UserError(
      `image "${name}" has Provisioner.ansible(), which the template for ${builder} cannot run: run the playbook on the ` +
        "machines by AnsibleRun, or write Provisioner.script()",
    );
  }
}

function placeVariables(variables: ReturnType<Builder["variables"]>): Record<string, object> {
  const rows = Object.entries(variables).map(([name, value]) => {
    const isSecret = value === SECRET;
    const rest = isSecret ? { sensitive: true } : value === undefined ? {} : { default: value };
    return [name, { type: "string", ...rest }] as const;
  });
  return Object.fromEntries(rows);
}

/** Those of the kickstart are needed only where it is used. */
function secretVariables({ secrets, installSecrets }: ResolvedImage, installs: boolean): Record<string, object> {
  const used = installs ? secrets : secrets.filter((secret) => !installSecrets.includes(secret));
  return Object.fromEntries(used.map(({ name }) => [`secret_${name}`, { type: "string", sensitive: true }]));
}

/** How an installer gets its kickstart, and how the machine is logged in to, sealed and powered off. */
function installation(image: ResolvedImage, builder: NativeBuilder): object {
  const { isoChecksum, delivery, bootCommand, bootWaitSeconds, shutdownCommand } = image;
  const isDisc = builder === "proxmox-iso" && delivery === "cd";
  const disc = { ...delivered(image), iso_storage_pool: "${var.iso_storage_pool}", unmount: true };
  return {
    iso_url: "${var.iso_url}",
    iso_checksum: isoChecksum,
    ...(isDisc ? { additional_iso_files: [disc] } : delivered(image)),
    boot_command: bootCommand,
    boot_wait: `${bootWaitSeconds}s`,
    ...loginOptions(image),
    ...(hasShutdownCommand(builder) && { shutdown_command: shutdownCommand, shutdown_timeout: "5m" }),
  };
}

/** The others stop the machine by the platform's own means after the last provisioner. */
function hasShutdownCommand(builder: NativeBuilder): boolean {
  return NATIVE_BUILDERS[builder].from === "medium" && builder !== "proxmox-iso";
}

/** The image's own, and the sealing script. Where no shutdown command runs it, the last step does, without its last line. */
function provisioners(image: ResolvedImage, builder: NativeBuilder): object[] {
  const { steps, buildLogin } = image;
  const agent = builder === "azure-arm" ? ["sudo -n waagent -force -deprovision"] : [];
  const inline = [...agent, `sudo -n sed -i '$d' ${SEAL_IN_GUEST}`, `sudo -n /bin/sh ${SEAL_IN_GUEST}`];
  return [
    ...steps.flatMap((step) => [...archiveOf(step), ...packerSteps(step, buildLogin).map(withLateSource)]),
    { file: { source: sealFile(buildLogin), destination: SEAL_IN_GUEST } },
    // With the build's user goes the folder that Packer would clean up.
    ...(hasShutdownCommand(builder) ? [] : [{ shell: { inline, skip_clean: true } }]),
  ];
}

/**
 * Makes the archive of Provisioner.files() beside the template. Owners are names in it, so that they are those of the
 * installed system; whoever may read a folder may enter it.
 */
function archiveOf(step: Step): object[] {
  if (step.kind !== "files") return [];
  const { from, to, file, isFolder, owner, mode } = step;
  const [user = "root", group = "root"] = owner.split(":");
  const names = isFolder
    ? ["-C", from, "."]
    : ["-C", posix.dirname(from), `--transform=s,.*,${posix.basename(to)},`, posix.basename(from)];
  const words = ["tar", `--owner=${user}:0`, `--group=${group}:0`, `--mode=${tarMode(mode)}`, "-cf", file, ...names];
  const command = words.map(shellQuote).join(" ");
  return [{ "shell-local": { command: command.replace(/\$\{/g, "$$${").replace(/%\{/g, "%%{") } }];
}

/** A file that is uploaded need not be there before the build, which makes it. */
function withLateSource(step: object): object {
  return "file" in step ? { file: { ...(step.file as object), generated: true } } : step;
}

/** Octal digits as tar's symbols, which can tell files from folders. */
function tarMode(mode: string | undefined): string {
  if (mode === undefined) return "u=rwX,go=rX";
  const rights = [...mode.slice(-3)].map((digit, index) => {
    const bits = Number(digit);
    const execute = bits & 1 ? "x" : bits & 4 ? "X" : "";
    return `${"ugo"[index]}=${bits & 4 ? "r" : ""}${bits & 2 ? "w" : ""}${execute}`;
  });
  return ["a=", ...rights].join(",");
}

function cpus(image: ResolvedImage): number {
  return image.cpus === "auto" ? 2 : image.cpus;
}

function gib({ diskMiB }: ResolvedImage): number {
  return Math.ceil(diskMiB / 1024);
}

type Family = "el7" | "el8" | "el9" | "fedora";

function familyOf(dialect: Dialect): Family {
  if (dialect.startsWith("fedora")) return "fedora";
  return dialect === "rhel7" ? "el7" : dialect === "rhel8" ? "el8" : "el9";
}

/** https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.vm.GuestOsDescriptor.GuestOsIdentifier.html */
const VSPHERE_GUESTS: Readonly<Record<Family, string>> = {
  el7: "rhel7_64Guest",
  el8: "rhel8_64Guest",
  el9: "rhel9_64Guest",
  fedora: "fedora64Guest",
};
const VMWARE_GUESTS: Readonly<Record<Family, string>> = {
  el7: "rhel7-64",
  el8: "rhel8-64",
  el9: "rhel9-64",
  fedora: "fedora-64",
};
/** `VBoxManage list ostypes`. */
const VIRTUALBOX_GUESTS: Readonly<Record<Family, string>> = {
  el7: "RedHat7_64",
  el8: "RedHat8_64",
  el9: "RedHat9_64",
  fedora: "Fedora_64",
};
