/** Names the provisioner that has ended, to the command that runs after it. */
export const PROVISIONER_VARIABLE = "OS_IMAGES_PROVISIONER";

/** The step of a template after its so manieth provisioner, from 1: a command on the build host. */
export function endOfProvisioner(number: number): object {
  return { "shell-local": { command: "${var.after_provisioner}", env: { [PROVISIONER_VARIABLE]: String(number) } } };
}

/** A Packer template, as far as resuming changes it. */
interface Template {
  readonly source: { readonly qemu: { readonly image: Readonly<Record<string, unknown>> } };
  readonly build: { readonly provisioner?: readonly Readonly<Record<string, unknown>>[] };
}

/** What only an installer needs. */
const OF_THE_INSTALLER = ["http_content", "cd_content", "cd_label", "boot_command", "boot_wait", "boot_key_interval"];

/**
 * The template that goes on from a disk: `iso_url` names the disk after so many provisioners, a qcow2 file. Nothing is
 * installed, and those provisioners are left out. Packer's qcow2 disk is an overlay on that file, and is always converted
 * in the end, so that the image stands alone; a raw one is a copy.
 */
export function resumedTemplate(template: object, provisionersDone: number): object {
  const { source, build, ...rest } = template as Template;
  const { image } = source.qemu;
  const kept = Object.fromEntries(Object.entries(image).filter(([option]) => !OF_THE_INSTALLER.includes(option)));
  const overlay = image["format"] === "qcow2";
  return {
    ...rest,
    source: {
      qemu: {
        image: {
          ...kept,
          ...(overlay && { skip_compaction: false }),
          iso_checksum: "none",
          iso_target_path: "../tmp/resumed.qcow2",
          disk_image: true,
          use_backing_file: overlay,
          skip_resize_disk: true,
          boot_command: [],
          disable_vnc: true,
        },
      },
    },
    build: { ...build, provisioner: build.provisioner?.slice(stepsOf(build.provisioner, provisionersDone)) },
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
