/** Names the provisioner that has ended, to the command that runs after it. */
export const PROVISIONER_VARIABLE = "OS_IMAGES_PROVISIONER";

/** The step of a template after its so manieth provisioner, from 1: a command on the build host. */
export function endOfProvisioner(number: number): object {
  return { "shell-local": { command: "${var.after_provisioner}", env: { [PROVISIONER_VARIABLE]: String(number) } } };
}

type Options = Readonly<Record<string, unknown>>;

/** A Packer template, as far as resuming changes it. */
interface Template {
  readonly source: { readonly qemu: { readonly image: Options } };
  readonly build: { readonly provisioner?: readonly Readonly<Record<string, unknown>>[] };
}

/** What only an installer needs. */
const OF_THE_INSTALLER = ["http_content", "cd_content", "cd_label", "boot_command", "boot_wait", "boot_key_interval"];

/**
 * The options of Packer's QEMU builder that start from a disk instead of an installer's medium: `iso_url` names it, a qcow2
 * file. A disk that is compressed in the end is an overlay until then; any other is a copy, so that each image stands alone.
 * (With `use_backing_file`, the plugin converts only what it compresses: `Prepare` in its config.go sets `skip_compaction`.)
 */
export function startedFromDisk(options: Options): Options {
  const kept = Object.fromEntries(Object.entries(options).filter(([option]) => !OF_THE_INSTALLER.includes(option)));
  const isOverlay = options["disk_compression"] === true;
  const { create } = (options["qemu_img_args"] ?? {}) as { readonly create?: readonly string[] };
  return {
    ...kept,
    // As the disk of an installation has them. Without options to convert it with, the plugin copies a qcow2 file as it is.
    ...(!isOverlay && create !== undefined && { qemu_img_args: { create, convert: create } }),
    iso_checksum: "none",
    iso_target_path: "../tmp/resumed.qcow2",
    disk_image: true,
    use_backing_file: isOverlay,
    skip_resize_disk: true,
    boot_command: [],
    disable_vnc: true,
  };
}

/**
 * The template that goes on from the disk after so many provisioners, which are left out. With `standsAlone: false`, the disk
 * that is made lies on that one.
 */
export function resumedTemplate(template: object, provisionersDone: number, standsAlone = true): object {
  const { source, build, ...rest } = template as Template;
  const { image } = source.qemu;
  const provisioner = build.provisioner?.slice(stepsOf(build.provisioner, provisionersDone));
  const options = image["disk_image"] === true ? image : startedFromDisk(image);
  const { qemu_img_args } = image;
  const overlay = { ...options, use_backing_file: true, skip_compaction: true, qemu_img_args };
  return {
    ...rest,
    source: { qemu: { image: standsAlone ? options : overlay } },
    build: { ...build, provisioner },
  };
}

/** How many of a template's steps belong to its first provisioners. */
function stepsOf(steps: NonNullable<Template["build"]["provisioner"]>, provisioners: number): number {
  if (provisioners === 0) return 0;
  const last = JSON.stringify(endOfProvisioner(provisioners));
  const index = steps.findIndex((step) => JSON.stringify(step) === last);
  if (index < 0) throw new Error(`the template has no end of provisioner ${provisioners}`);
  return index + 1;
}
