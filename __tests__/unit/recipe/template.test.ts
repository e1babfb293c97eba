import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageProperties } from "../../../recipe/image-properties";
import { Login } from "../../../recipe/login";
import { InstallMedium } from "../../../recipe/medium";
import { OsRelease } from "../../../recipe/release";
import { resolveImage } from "../../../recipe/resolve";
import { Secret } from "../../../recipe/secret";
import { packerTemplate } from "../../../recipe/template";
import { SOME_SHA256 } from "../../support/app";

interface Template {
  readonly variable: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly source: { readonly qemu: { readonly image: Readonly<Record<string, unknown>> } };
  readonly build: { readonly provisioner?: readonly object[] };
}

function template(props: Partial<ImageProperties> = {}, secrets: readonly Secret[] = []): Template {
  const isoChecksum = `sha256:${SOME_SHA256}`;
  const medium = InstallMedium.iso({ url: "/a.iso", checksum: isoChecksum });
  const image = resolveImage(
    { name: "centos7", release: OsRelease.CENTOS_7, medium, ...props },
    { isoChecksum, installSecrets: secrets, steps: [] },
  );
  return packerTemplate(image) as Template;
}

/** A usual template, written by hand for Packer 1.3. */
const handWritten = JSON.parse(readFileSync(join(__dirname, "..", "..", "data", "hand-written.pkr.json"), "utf8")) as {
  builders: [Record<string, unknown>];
};

describe("the Packer template", () => {
  const password = Secret.fromEnv("ROOT_PASSWORD");
  const ours = template(
    {
      buildLogin: Login.password(password, { username: "root" }),
      diskSize: "5000M",
      bootWaitSeconds: 10,
      accelerator: "kvm",
      shutdownCommand: "shutdown -P now",
      installTimeoutSeconds: 600,
      loginTimeoutSeconds: 600,
      bootCommand: ["<tab> text ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/centos7.cfg<enter><wait>"],
    },
    [password],
  );
  const source = ours.source.qemu.image;

  /** Where each key of the hand-written template is in ours, and what it says there. */
  const places: Record<string, [unknown, unknown]> = {
    type: [Object.keys(ours.source)[0], "qemu"],
    headless: [ours.variable["headless"]?.["default"], true],
    iso_url: [ours.variable["iso_url"]?.["default"], "/a.iso"],
    iso_checksum: [source["iso_checksum"], `sha256:${SOME_SHA256}`],
    iso_checksum_type: [String(source["iso_checksum"]).split(":")[0], "sha256"],
    output_directory: [source["output_directory"], "${var.output_directory}"],
    shutdown_command: [source["shutdown_command"], "shutdown -P now"],
    disk_size: [source["disk_size"], "5000M"],
    format: [source["format"], "qcow2"],
    accelerator: [source["accelerator"], "${var.accelerator}"],
    http_directory: [Object.keys(source["http_content"] as object)[0], "/${var.http_path}ks.cfg"],
    ssh_username: [source["ssh_username"], "root"],
    ssh_password: [source["ssh_password"], '${replace(var.secret_ROOT_PASSWORD, "{{", "{{`{{`}}")}'],
    ssh_timeout: [source["ssh_timeout"], "1200s"],
    vm_name: [source["vm_name"], "centos7.qcow2"],
    net_device: [source["net_device"], "virtio-net"],
    disk_interface: [source["disk_interface"], "virtio"],
    boot_wait: [source["boot_wait"], "10s"],
    boot_command: [source["boot_command"], handWritten.builders[0]["boot_command"]],
  };

  it.each(Object.keys(handWritten.builders[0]))("has a place for the %s of a hand-written template", (key) => {
    const [got, wanted] = places[key] ?? [];
    expect(got).toEqual(wanted);
    expect(got).toBeDefined();
  });

  it("declares user variables with their defaults", () => {
    expect(template({ packerVariables: { mirror: "x" } }).variable["mirror"]).toEqual({ type: "string", default: "x" });
  });

  it("escapes Go's braces when everything is put into the kickstart", () => {
    const content = template({}, [Secret.fromEnv("TOKEN")]).source.qemu.image["http_content"];
    const [kickstart] = Object.values(content as Record<string, string>);
    expect(kickstart).toBe(
      '${replace(replace(replace(file("kickstart.cfg"), "@@ssh_key@@", var.ssh_public_key), ' +
        '"@@secret:TOKEN@@", var.secret_TOKEN), "{{", "{{`{{`}}")}',
    );
  });

  it("marks secrets as sensitive and gives them no default", () => {
    const { secret_TOKEN } = template({}, [Secret.fromEnv("TOKEN")]).variable;
    expect(secret_TOKEN).toMatchObject({ sensitive: true });
    expect(secret_TOKEN).not.toHaveProperty("default");
  });

  it("delivers the kickstart on a CD that the installer reads by itself", () => {
    const { http_content, cd_label, cd_content } = template({ delivery: "cd" }).source.qemu.image;
    expect([http_content, cd_label, Object.keys(cd_content as object)]).toEqual([undefined, "OEMDRV", ["/ks.cfg"]]);
  });

  it("types no keys when the builder starts the kernel, and the boot menu's keys when Packer is run by hand", () => {
    const { variable, source: direct } = template({ boot: "kernel" });
    expect(direct.qemu.image["boot_command"]).toBe("${var.boot_command}");
    expect(String(variable["boot_command"]?.["default"])).toContain("ks=http://{{ .HTTPIP }}:{{ .HTTPPort }}/ks.cfg");
  });

  it("compresses a qcow2 with zstd, or as asked, and leaves a raw disk as it is", () => {
    const convertsTo = (props: Partial<ImageProperties>): unknown => {
      const image = template(props).source.qemu.image;
      return image["skip_compaction"] === true ? undefined : [image["disk_compression"], image["qemu_img_args"]];
    };
    const with_ = (type: string): unknown => [
      true,
      expect.objectContaining({ convert: ["-W", "-m", "16", "-o", `compression_type=${type}`] }),
    ];
    expect([convertsTo({}), convertsTo({ compression: "zlib" })]).toEqual([with_("zstd"), with_("zlib")]);
    expect([convertsTo({ compression: "none" }), convertsTo({ format: "raw" })]).toEqual([undefined, undefined]);
    expect(() => template({ format: "raw", compression: "zstd" })).toThrow(/a raw disk is never compressed/);
  });

  it("builds on a disk with 4 KiB clusters, so that trims leave nothing of deleted files", () => {
    const image = (props: Partial<ImageProperties>): unknown => template(props).source.qemu.image["qemu_img_args"];
    expect(image({})).toMatchObject({ create: ["-o", "cluster_size=4096"] });
    expect(image({ compression: "none" })).toEqual({ create: ["-o", "cluster_size=4096"] });
    expect(image({ format: "raw" })).toBeUndefined();
  });

  it("listens on loopback only", () => {
    expect(source).toMatchObject({ http_bind_address: "127.0.0.1", vnc_bind_address: "127.0.0.1" });
  });

  it("has no communicator and no provisioner, and a kickstart that seals, when the image has no login", () => {
    const { source: without, build } = template({ buildLogin: Login.none() });
    expect(without.qemu.image).toMatchObject({ communicator: "none", shutdown_command: "" });
    expect(build.provisioner).toBeUndefined();
    expect(Object.values(without.qemu.image["http_content"] as object)).toEqual([
      '${replace(join("", [file("kickstart.cfg"), file("seal.cfg")]), "{{", "{{`{{`}}")}',
    ]);
  });
});
