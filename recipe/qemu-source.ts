/**
 * The options of Packer's QEMU builder that a template of ours may hold, under Packer's own names.
 * Source: https://developer.hashicorp.com/packer/integrations/hashicorp/qemu/latest/components/builder/qemu
 * Values may be HCL expressions (`"${var.cpus}"`).
 */
export interface QemuSource {
  readonly vm_name: string;
  readonly iso_url: string;
  /** "sha256:<hex>"; the seed's `iso_checksum_type` is folded into it. */
  readonly iso_checksum: string;
  readonly output_directory: string;
  readonly format: string;
  /** Such as "10240M". */
  readonly disk_size: string;
  readonly disk_interface: string;
  /** "unmap" lets the guest's trim make the file smaller. */
  readonly disk_discard: "unmap" | "ignore";
  readonly disk_detect_zeroes: "unmap" | "on" | "off";
  /** "unsafe" spares the host's flushes: a build that is interrupted is thrown away anyway. */
  readonly disk_cache: "unsafe" | "writeback" | "none";
  readonly skip_compaction: boolean;
  readonly disk_compression?: true;
  /** Further arguments of `qemu-img create` and `qemu-img convert`. */
  readonly qemu_img_args?: { readonly create: readonly string[]; readonly convert?: readonly string[] };
  readonly net_device: string;
  readonly machine_type: string;
  readonly cpu_model: string;
  /** MiB. */
  readonly memory: number;
  readonly cpus: string;
  readonly accelerator: string;
  readonly headless: string;
  readonly qemu_binary: string;
  readonly qemuargs: string;
  readonly efi_boot?: boolean;
  readonly efi_firmware_code?: string;
  readonly efi_firmware_vars?: string;
  readonly vnc_bind_address: string;
  readonly vnc_use_password: string;
  /** Loopback: the server holds the kickstart. */
  readonly http_bind_address: string;
  /** Served path to text; excludes `http_directory`. */
  readonly http_content?: Readonly<Record<string, string>>;
  readonly http_directory?: string;
  /** Path to text on a CD made for the build. */
  readonly cd_content?: Readonly<Record<string, string>>;
  readonly cd_label?: string;
  /** Go durations, such as "3s" and "10ms". */
  readonly boot_wait: string;
  readonly boot_key_interval: string;
  readonly boot_command: string | readonly string[];
  /** Types nothing, and waits for nothing before that. */
  readonly disable_vnc?: string;
  readonly communicator: "ssh" | "none";
  readonly ssh_username?: string;
  readonly ssh_password?: string;
  readonly ssh_private_key_file?: string;
  readonly ssh_timeout?: string;
  readonly ssh_host?: string;
  readonly ssh_port?: string;
  readonly skip_nat_mapping?: string;
  /** Runs in the guest at the end; empty: the builder waits for the guest to power off by itself. */
  readonly shutdown_command: string;
  readonly shutdown_timeout: string;
}
