import { z } from "zod";
import { USER_NAME } from "./login";
import { recipeSchema } from "./recipe";
import { SEAL_STEPS } from "./seal";

const userName = z.string().regex(USER_NAME);
const fileName = z.string().regex(/^[A-Za-z0-9._-]+$/, "write a file name without a folder");

/**
 * `build.json`: what one Terraform state asks the store for, and the builder's only input. It lies in
 * `<store>/<name>/<fingerprint, 12 digits>/requests/<stackKey>/`; the store's place is taken from there, so that the
 * file holds no absolute path of its own.
 */
export const requestSchema = z.strictObject({
  requestVersion: z.literal(2),
  /** The image's name, a DNS label. */
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "write a DNS label: a-z, 0-9 and -, at most 63"),
  /** 64 hex digits; the builder computes it again from the files that it read and refuses another. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  recipe: recipeSchema,
  /** Kickstart and Packer template, files beside this one. */
  kickstart: fileName,
  template: fileName,
  /** Provisioning scripts, files beside this one, in the order of `recipe.provisioners`. */
  provisioners: z.array(fileName),
  /** The sealing steps in their order; absent without a login. The builder makes the script, `recipe.seal` is its digest. */
  sealSteps: z.array(z.enum(SEAL_STEPS)).optional(),
  /** The installer's medium: a path or an http(s) URL. Its digest is `recipe.isoChecksum`. */
  isoUrl: z.string().min(1),
  /** The release: "rocky9", "rhel9" (its kickstart dialect), "Rocky Linux 9", "2032-05-31". */
  release: z.strictObject({
    id: z.string(),
    dialect: z.string(),
    title: z.string(),
    endOfLife: z.string().optional(),
  }),
  delivery: z.enum(["http", "cd"]),
  /**
   * `line` is what the boot command types. Kernel and initrd are paths inside the medium. `append` is what is added to the
   * kernel line of the medium's own boot menu; in it, `{{ .HTTPIP }}` and `{{ .HTTPPort }}` are Packer's, and `@@http_path@@`
   * is replaced by the builder's unguessable path prefix.
   */
  boot: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("bootCommand"), line: z.string() }),
    z.strictObject({ kind: z.literal("kernel"), kernel: z.string(), initrd: z.string(), append: z.string() }),
  ]),
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
  /** What does not decide the image. */
  settings: z.strictObject({
    accelerator: z.enum(["auto", "kvm", "hvf", "tcg"]),
    cpus: z.union([z.literal("auto"), z.number().int().min(1)]),
    /** From power-on to the end of the installation, in seconds. @default - by the accelerator, see builder/phases.ts */
    installTimeoutSeconds: z.number().int().min(1).optional(),
    /** From the installed system's start to a login, in seconds. @default - by the accelerator */
    loginTimeoutSeconds: z.number().int().min(1).optional(),
  }),
});

export type BuildRequest = z.infer<typeof requestSchema>;
