import { z } from "zod";
import { kernelArguments } from "./boot-command";
import { KICKSTART_FILE, templateFile } from "./files";
import { USER_NAME } from "./login";
import { PROPERTIES, type ResolvedImage, ROWS } from "./properties";
import { type Recipe, recipeSchema } from "./recipe";
import type { Step } from "./steps";
import { SEAL_STEPS } from "./seal";

/** Raised whenever a builder of the version before would misread a request. */
export const REQUEST_VERSION = 3;

const userName = z.string().regex(USER_NAME);
const fileName = z.string().regex(/^[A-Za-z0-9._-]+$/, "write a file name without a folder");

type Rows = typeof PROPERTIES;

type SettingShape = {
  [Name in keyof Rows as Rows[Name] extends { readonly setting: true } ? Name : never]: Rows[Name]["kind"]["schema"];
};

const settings = ROWS.filter(([, { setting }]) => setting === true);

const settingShape = Object.fromEntries(settings.map(([name, { kind }]) => [name, kind.schema])) as SettingShape;

/** An installer, and what it gets. */
const isoSchema = z.strictObject({
  kind: z.literal("iso"),
  /**
   * The medium: an http(s) URL, or a path: absolute, beginning with `~/`, or from the folder of this file. Its digest is
   * `recipe.isoChecksum`.
   */
  url: z.string().min(1),
  /** A file beside this one. */
  kickstart: fileName,
  delivery: PROPERTIES.delivery.kind.schema,
  /**
   * `line` is what the boot command types. Kernel and initrd are paths inside the medium. `append` is what is added to the
   * kernel line of the medium's own boot menu; in it, `{{ .HTTPIP }}` and `{{ .HTTPPort }}` are Packer's, and `@@http_path@@`
   * is replaced by the builder's unguessable path prefix.
   */
  boot: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bootCommand"), line: z.string() }),
    z.strictObject({ kind: z.literal("kernel"), kernel: z.string(), initrd: z.string(), append: z.string() }),
  ]),
});

/** Another image, whose fingerprint is `recipe.base`. */
const imageSchema = z.strictObject({
  kind: z.literal("image"),
  name: z.string(),
  /** Folder of its store, absolute or from the folder of this file. */
  store: z.string().min(1),
  /** Disk of an image made elsewhere, whose sha256 is `recipe.base`. @default - that of the store's image */
  disk: z.strictObject({ path: z.string(), format: z.enum(["qcow2", "raw"]) }).optional(),
});

/**
 * `build.json`: what one Terraform state asks the store for, and the builder's only input. It lies in
 * `<store>/<name>/<fingerprint, 12 digits>/requests/<stackKey>/`; the store's place is taken from there, so that the
 * file holds no absolute path of its own.
 */
export const requestSchema = z
  .strictObject({
    requestVersion: z.literal(REQUEST_VERSION),
    /** The image's name, a DNS label. */
    name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "write a DNS label: a-z, 0-9 and -, at most 63"),
    /** 64 hex digits; the builder computes it again from the files that it read and refuses another. */
    fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
    recipe: recipeSchema,
    /** The Packer template, a file beside this one. */
    template: fileName,
    /**
     * In the order of `recipe.provisioners`. A script is a file beside this one. What else is needed is looked for at `from`, as
     * seen from the folder of this file, and copied beside the template: as the archive `archive`, or into the folder `folder`.
     */
    provisioners: z.array(
      z.union([
        fileName,
        z.strictObject({ archive: fileName, from: z.string().min(1) }),
        z.strictObject({ folder: fileName, from: z.string().min(1), roles: z.array(z.string().min(1)) }),
      ]),
    ),
    /** The sealing steps in their order. The builder makes the script, `recipe.seal` is its digest. */
    sealSteps: z.array(z.enum(SEAL_STEPS)),
    /** The release: "rocky9", "rhel9" (its kickstart dialect), "Rocky Linux 9", "2032-05-31", and the MiB that it asks for. */
    release: z.strictObject({
      id: z.string(),
      dialect: z.string(),
      title: z.string(),
      endOfLife: z.string().optional(),
      minimumMemoryMiB: z.number().int(),
    }),
    /** What the machine is started from. */
    medium: z.discriminatedUnion("kind", [isoSchema, imageSchema]),
    login: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("buildKey"), username: userName }),
      z.strictObject({ kind: z.literal("password"), username: userName, secret: z.string() }),
      z.strictObject({ kind: z.literal("privateKey"), username: userName, file: z.string() }),
      z.strictObject({ kind: z.literal("none") }),
    ]),
    /**
     * Where the builder finds the secrets' values at build time. The values themselves are never here. A path is absolute,
     * begins with `~/`, or is that of a file beside this one, which is not part of the recipe.
     */
    secrets: z.array(
      z.strictObject({
        name: z.string(),
        version: z.string(),
        source: z.discriminatedUnion("kind", [
          z.strictObject({ kind: z.literal("env"), variable: z.string() }),
          z.strictObject({ kind: z.literal("file"), path: z.string() }),
        ]),
      }),
    ),
    /** Properties that the builder reads and that do not decide the image. */
    settings: z.strictObject(settingShape),
  })
  .refine(
    ({ medium, recipe: { isoChecksum, kickstart, base } }) =>
      medium.kind === "iso" ? isoChecksum !== undefined && kickstart !== undefined : base !== undefined,
    "its recipe is for another kind of medium",
  );

export type BuildRequest = z.infer<typeof requestSchema>;

/** Where the builder finds what no property says, as seen from the folder of `build.json`. */
export interface RequestPlaces {
  /** The installer's medium: URL or path. Of an image that is built on, the folder of its store. */
  readonly medium: string;
  /** Path of the file with the value of a secret that Terraform holds. */
  readonly secretFile: (name: string) => string;
}

/** Content of `build.json`. */
export function requestOf(
  image: ResolvedImage,
  recipe: Recipe,
  fingerprint: string,
  { medium, secretFile }: RequestPlaces,
): BuildRequest {
  const { release, buildLogin } = image;
  return {
    requestVersion: REQUEST_VERSION,
    name: image.name,
    fingerprint,
    recipe,
    template: templateFile(image.name),
    provisioners: image.steps.map(requestStep),
    sealSteps: [...image.sealSteps],
    release: {
      id: release.id,
      dialect: release.dialect,
      title: release.title,
      ...(release.endOfLife !== undefined && { endOfLife: release.endOfLife }),
      minimumMemoryMiB: release.minimumMemoryMiB,
    },
    medium: requestMedium(image, medium),
    login: requestLogin(buildLogin),
    secrets: image.secrets.map(({ name, version, source }) => ({
      name,
      version,
      source: source.kind === "terraform" ? { kind: "file", path: secretFile(name) } : source,
    })),
    settings: Object.fromEntries(
      settings.map(([name]) => [name, image[name as keyof ResolvedImage]]),
    ) as BuildRequest["settings"],
  };
}

function requestMedium(image: ResolvedImage, place: string): BuildRequest["medium"] {
  const { release, delivery, buildLogin, medium } = image;
  if (medium.source.kind === "image") {
    const { name, disk } = medium.source.base;
    return { kind: "image", name, store: place, ...(disk !== undefined && { disk }) };
  }
  const append = kernelArguments(delivery, "@@http_path@@", buildLogin);
  return {
    kind: "iso",
    url: place,
    kickstart: KICKSTART_FILE,
    delivery,
    boot:
      image.boot === "bootCommand"
        ? { kind: "bootCommand", line: image.bootCommand.join("") }
        : { kind: "kernel", kernel: release.kernel, initrd: release.initrd, append },
  };
}

function requestStep(step: Step): BuildRequest["provisioners"][number] {
  if (step.kind === "script") return step.file;
  if (step.kind === "files") return { archive: step.file, from: step.from };
  return { folder: step.folder, from: step.from, roles: step.roles.map(({ from }) => from) };
}

function requestLogin({ kind, username, secret, file }: ResolvedImage["buildLogin"]): BuildRequest["login"] {
  if (kind === "password") return { kind, username, secret: secret?.name ?? "" };
  if (kind === "privateKey") return { kind, username, file: file ?? "" };
  return kind === "none" ? { kind } : { kind, username };
}
