import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../util/user-error";
import { CONTENTS_FILE, type ImagePaths } from "./layout";

/** Raised whenever a reader of the version before would misread the contents. */
export const CONTENTS_VERSION = 1;

/** Longest `contents.json` that is read, in bytes. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Text without control or invisible characters, of at most so many characters. */
const line = (length: number) =>
  z
    .string()
    .max(length)
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u);

/** A name of a package, a unit, a user or a release. */
const name = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@\\+~^$-]{0,255}$/);

export const packageSchema = z.strictObject({
  kind: z.enum(["deb", "rpm"]),
  name,
  /** As the package manager writes it: `[epoch:]version[-release]`. */
  version: z.string().regex(/^[A-Za-z0-9.+:~^_-]{1,255}$/),
  /** Such as "amd64", "x86_64", "noarch"; empty if it has none. */
  arch: z.string().regex(/^[a-z0-9_-]{0,32}$/),
});

export const userSchema = z.strictObject({
  name,
  uid: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 32),
  home: line(1024),
  shell: line(1024),
});

export const portSchema = z.strictObject({
  protocol: z.enum(["tcp", "udp"]),
  /** IPv4 or IPv6; "0.0.0.0" and "::" are all of the machine's. */
  address: z.union([z.ipv4(), z.ipv6()]),
  port: z.number().int().min(1).max(65535),
});

/**
 * `contents.json`: what is in an image, as its sealing read it at the end of the build. All of it comes from the guest. Lists
 * are sorted, without doubles.
 */
export const contentsSchema = z.strictObject({
  contentsVersion: z.literal(CONTENTS_VERSION),
  /** Of /etc/os-release: ID, VERSION_ID and PRETTY_NAME; empty if it does not say. */
  release: z.strictObject({ id: z.string().regex(/^[a-z0-9._-]{0,64}$/), version: line(64), title: line(256) }),
  /** The kernels that it can start, by version. */
  kernels: z.array(name).max(100),
  /** Empty without rpm and dpkg. */
  packages: z.array(packageSchema).max(50_000),
  users: z.array(userSchema).max(10_000),
  /** systemd's units that are enabled: those that another one wants or requires by a link in /etc. */
  services: z.array(name).max(10_000),
  /** On which the built system listened. Absent if nobody logged in: the installer's ports say nothing. */
  ports: z.array(portSchema).max(10_000).optional(),
});

export type Contents = z.infer<typeof contentsSchema>;
export type Package = Contents["packages"][number];

/**
 * Reads what is in an image; undefined if nothing tells, as in images of earlier builders.
 * @throws UserError if its file is not sound
 */
export function readContents({ image }: Pick<ImagePaths, "image">): Contents | undefined {
  const file = join(image, CONTENTS_FILE);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return undefined;
  const damaged = (reason: string): never => {
    throw new UserError(`${file} is not sound: ${reason}; os-images verify puts a changed image into quarantine`, 1);
  };
  if (size > MAX_BYTES) return damaged(`it has ${size} bytes`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return damaged("it is no JSON");
  }
  const { data, error } = contentsSchema.safeParse(value);
  const [issue] = error?.issues ?? [];
  return data ?? damaged(`${issue?.path.join(".")}: ${issue?.message}`);
}
