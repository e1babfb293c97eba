import {
  createReadStream,
  createWriteStream,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { sha256OfFile } from "../util/digest";
import { GIB, MIB } from "./finding";
import { ovaDescriptor, ovaManifest } from "./ova-descriptor";
import { artefactName, type PlatformRecipe } from "./platform";

/** The image that an artefact is made of. */
export interface SourceImage {
  readonly name: string;
  /** 64 hex digits. */
  readonly fingerprint: string;
  readonly revision: string;
  /** The release's title, such as "Rocky Linux 9". */
  readonly title: string;
  readonly firmware: "bios" | "uefi";
  readonly disk: {
    readonly path: string;
    readonly format: "qcow2" | "raw";
    readonly virtualSizeBytes: number;
  };
}

/** How the work is done. */
export interface MakeOptions {
  /** Path of qemu-img. */
  readonly qemuImg: string;
  /** Runs a program to its end, and fails with what it said. */
  readonly run: (program: string, words: readonly string[]) => Promise<void>;
  /** Ends what is done without a program. */
  readonly signal: AbortSignal;
}

/**
 * Makes a platform's artefact in a folder, which is empty before and holds only the artefact's files after. The image's
 * disk is read and never written. The main file has the name that `artefactName` gives.
 */
export async function makeArtefact(
  recipe: PlatformRecipe,
  image: SourceImage,
  folder: string,
  options: MakeOptions,
): Promise<void> {
  const work = new Work(image, folder, options);
  const name = artefactName(image.name, recipe);
  switch (recipe.kind) {
    case "libvirt":
      return work.convert(name, "qcow2", ...qcow2Options(recipe.compression));
    case "xen":
      return work.convert(name, "raw");
    case "azure":
      return work.azure(name);
    case "google":
      return work.google(name);
    case "aws":
      return recipe.format === "raw" ? work.convert(name, "raw") : work.vmdk(name);
    case "vmware":
      return work.ova(name, recipe);
    case "vagrant":
      return work.vagrantBox(name, recipe.username);
    case "bare-metal":
      return work.bareMetal(name);
  }
}

/** Compressing costs most of a conversion: 16 coroutines use all cores. */
const PARALLEL = ["-m", "16", "-W"];

function qcow2Options(compression: "zstd" | "zlib" | "none"): string[] {
  return compression === "none" ? [] : ["-c", ...PARALLEL, "-o", `compression_type=${compression}`];
}

class Work {
  constructor(
    private readonly image: SourceImage,
    private readonly folder: string,
    private readonly options: MakeOptions,
  ) {}

  async convert(name: string, format: string, ...words: string[]): Promise<void> {
    const { path, format: from } = this.image.disk;
    await this.qemuImg("convert", "-f", from, "-O", format, ...words, path, join(this.folder, name));
  }

  /** A compressed VMDK that is written in one go; see `VMDK_RULES`. */
  vmdk(name: string): Promise<void> {
    return this.convert(name, "vmdk", ...PARALLEL, "-o", "subformat=streamOptimized,adapter_type=lsilogic");
  }

  /** `force_size` keeps the size from being rounded to cylinders; QEMU does not round it up to MiB. */
  async azure(name: string): Promise<void> {
    await this.enlarged(MIB, async (overlay) => {
      const target = join(this.folder, name);
      await this.qemuImg("convert", "-f", "qcow2", "-O", "vpc", "-o", "subformat=fixed,force_size=on", overlay, target);
    });
  }

  async google(name: string): Promise<void> {
    const disk = join(this.folder, "disk.raw");
    await this.convert("disk.raw", "raw");
    truncateSync(disk, wholeUnits(this.image.disk.virtualSizeBytes, GIB));
    await this.tar(name, ["--format=oldgnu", "-S"], ["disk.raw"]);
    rmSync(disk);
  }

  async ova(
    file: string,
    { guest, hardware, cpus, memoryMiB }: Extract<PlatformRecipe, { kind: "vmware" }>,
  ): Promise<void> {
    const { name, title, revision, fingerprint, firmware, disk } = this.image;
    const vmdk = `${name}-disk1.vmdk`;
    await this.vmdk(vmdk);
    const path = join(this.folder, vmdk);
    const sizeBytes = statSync(path).size;
    const machine = {
      name,
      product: title,
      version: revision,
      fingerprint,
      guest,
      hardware,
      firmware,
      cpus,
      memoryMiB,
    };
    const descriptor = ovaDescriptor({
      ...machine,
      disk: { file: vmdk, sizeBytes, capacityBytes: disk.virtualSizeBytes },
    });
    const descriptorFile = join(this.folder, `${name}.ovf`);
    writeFileSync(descriptorFile, descriptor);
    const manifest = ovaManifest({
      [`${name}.ovf`]: await sha256OfFile(descriptorFile),
      [vmdk]: await sha256OfFile(path),
    });
    rmSync(descriptorFile);
    const archive = pack();
    archive.entry({ ...MEMBER, name: `${name}.ovf` }, descriptor);
    archive.entry({ ...MEMBER, name: `${name}.mf` }, manifest);
    const entry = archive.entry({ ...MEMBER, name: vmdk, size: sizeBytes });
    const written = pipeline(archive, createWriteStream(join(this.folder, file)), {
      signal: this.options.signal,
    });
    await Promise.all([pipeline(createReadStream(path), entry).then(() => archive.finalize()), written]);
    rmSync(path);
  }

  /** https://github.com/vagrant-libvirt/vagrant-libvirt/blob/main/docs/boxes.markdown */
  async vagrantBox(box: string, username: string): Promise<void> {
    await this.convert("box.img", "qcow2", ...qcow2Options("zlib"));
    const size = wholeUnits(this.image.disk.virtualSizeBytes, GIB) / GIB;
    const metadata = { provider: "libvirt", format: "qcow2", virtual_size: size };
    writeFileSync(join(this.folder, "metadata.json"), `${JSON.stringify(metadata)}\n`);
    writeFileSync(join(this.folder, "Vagrantfile"), vagrantfile(username));
    const members = ["metadata.json", "Vagrantfile", "box.img"];
    // The disk is compressed already.
    await this.tar(box, ["--use-compress-program=gzip -1"], members);
    for (const member of members) rmSync(join(this.folder, member));
  }

  async bareMetal(name: string): Promise<void> {
    const raw = name.replace(/\.zst$/, "");
    const path = join(this.folder, raw);
    await this.convert(raw, "raw");
    await this.options.run("zstd", ["-q", "-T0", "--rm", path]);
    writeFileSync(`${path}.zst.sha256`, `${await sha256OfFile(`${path}.zst`)}  ${name}\n`);
  }

  /** Gives `use` an overlay on the disk that ends on a whole unit: nothing is copied for it. */
  private async enlarged(unitBytes: number, use: (overlay: string) => Promise<void>): Promise<void> {
    const { path, format, virtualSizeBytes } = this.image.disk;
    const overlay = join(this.folder, "enlarged.qcow2");
    const size = wholeUnits(virtualSizeBytes, unitBytes);
    await this.qemuImg("create", "-q", "-f", "qcow2", "-b", path, "-F", format, overlay, String(size));
    await use(overlay);
    rmSync(overlay);
  }

  /** Owners, times and order are always the same, so that one image gives one archive. */
  private async tar(name: string, options: readonly string[], members: readonly string[]): Promise<void> {
    const same = [
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--mode=0644",
      `--mtime=@${EPOCH_SECONDS}`,
      "-C",
      this.folder,
    ];
    const compressed = options.some((option) => option.startsWith("--use-compress-program")) ? [] : ["--gzip"];
    const target = join(this.folder, name);
    await this.options.run("tar", [...options, ...compressed, ...same, "-cf", `${target}.new`, ...members]);
    renameSync(`${target}.new`, target);
  }

  private qemuImg(...words: string[]): Promise<void> {
    return this.options.run(this.options.qemuImg, words);
  }
}

/** Time of every member of an archive: 2026-01-01T00:00:00Z. */
const EPOCH_SECONDS = 1767225600;

const MEMBER = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(EPOCH_SECONDS * 1000) } as const;

function wholeUnits(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** Folders are not shared: the guest may lack what that needs. */
function vagrantfile(username: string): string {
  return [
    'Vagrant.configure("2") do |config|',
    `  config.ssh.username = "${username}"`,
    '  config.vm.synced_folder ".", "/vagrant", disabled: true',
    "end",
    "",
  ].join("\n");
}
