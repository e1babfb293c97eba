import { InstallMedium } from "../../../recipe/medium";
import type { ImageProperties } from "../../../recipe/image-properties";
import { OsRelease } from "../../../recipe/release";
import { resolveImage } from "../../../recipe/resolve";
import { resumedTemplate } from "../../../recipe/resume";
import { packerTemplate } from "../../../recipe/template";
import { SOME_SHA256 } from "../../support/app";

interface Template {
  readonly variable: Readonly<Record<string, unknown>>;
  readonly source: { readonly qemu: { readonly image: Readonly<Record<string, unknown>> } };
  readonly build: { readonly provisioner: readonly Readonly<Record<string, object>>[] };
}

function template(props: Partial<ImageProperties> = {}): Template {
  const isoChecksum = `sha256:${SOME_SHA256}`;
  const medium = InstallMedium.iso({ url: "/a.iso", checksum: isoChecksum });
  const steps = ["a.sh", "b.sh"].map((file) => ({ kind: "script" as const, file, text: "", environment: {} }));
  const image = resolveImage(
    { name: "some", release: OsRelease.ROCKY_9, medium, ...props },
    { isoChecksum, installSecrets: [], steps },
  );
  return packerTemplate(image) as Template;
}

const resumed = (done: number, props: Partial<ImageProperties> = {}): Template =>
  resumedTemplate(template(props), done) as Template;
const steps = ({ build }: Template): unknown[] => build.provisioner.flatMap((step) => Object.keys(step));

describe("the template that goes on from a disk", () => {
  it("installs nothing: it has neither kickstart nor keys, and starts from that disk", () => {
    const { image } = resumed(0).source.qemu;
    for (const option of ["http_content", "cd_content", "boot_wait"]) expect(image).not.toHaveProperty(option);
    expect(image).toMatchObject({
      disk_image: true,
      use_backing_file: true,
      boot_command: [],
      iso_url: "${var.iso_url}",
    });
  });

  it("leaves out the provisioners that the disk has", () => {
    expect(steps(resumed(0))).toEqual(["shell", "shell-local", "shell", "shell-local", "file"]);
    expect(steps(resumed(1))).toEqual(["shell", "shell-local", "file"]);
    expect(resumed(1).build.provisioner[0]).toMatchObject({ shell: { script: "b.sh" } });
    expect(steps(resumed(2))).toEqual(["file"]);
    expect(() => resumed(3)).toThrow("no end of provisioner 3");
  });

  it("makes an image that stands alone, in each format", () => {
    const of = (props: Partial<ImageProperties>): unknown => resumed(0, props).source.qemu.image;
    expect(of({})).toMatchObject({ use_backing_file: true, disk_compression: true });
    // The plugin would leave an overlay that is not compressed on the file under it, and copies a qcow2 file as it is
    // unless it has options to convert it with.
    const clusters = ["-o", "cluster_size=4096"];
    expect(of({ compression: "none" })).toMatchObject({
      use_backing_file: false,
      qemu_img_args: { create: clusters, convert: clusters },
    });
    expect(of({ format: "raw" })).toMatchObject({ use_backing_file: false, skip_compaction: true });
  });

  it("has the other options and variables as they are", () => {
    const before = template();
    const { variable, source } = resumed(1);
    expect(variable).toEqual(before.variable);
    const { vm_name, ssh_username, memory } = before.source.qemu.image;
    expect(source.qemu.image).toMatchObject({ vm_name, ssh_username, memory });
  });

  it("needs no steps on the build host if nothing is kept after provisioners", () => {
    expect(steps(template({ checkpoints: "install" }))).toEqual(["shell", "shell", "file"]);
    expect(steps(resumed(0, { checkpoints: "install" }))).toEqual(["shell", "shell", "file"]);
  });
});
