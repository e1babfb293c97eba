import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import {
  type Contents,
  CONTENTS_VERSION,
  contentsSchema,
  type Package,
  packageSchema,
  portSchema,
  userSchema,
} from "../store/contents";

/** So much of what a guest tells is read, in bytes; 10,000 packages are a tenth of it. */
const MAX_BYTES = 8 * 1024 * 1024;

/** What a guest told, as far as it is sound. */
export interface ToldContents {
  /** Undefined if it told nothing, or did not come to the end. */
  readonly contents: Contents | undefined;
  /** What a person should know of it, a line each. */
  readonly remarks: readonly string[];
}

/**
 * Reads what the step `contents` of the sealing told. A guest may write anything there: lines that are no such facts are left
 * out and counted, and too much is refused.
 */
export function readGuestContents(file: string, hadLogin: boolean): ToldContents {
  const bytes = readUpTo(file, MAX_BYTES + 1);
  if (bytes.length > MAX_BYTES) return { contents: undefined, remarks: ["the guest told too much of what is in it"] };
  return parseContents(bytes.toString("utf8"), hadLogin);
}

function readUpTo(file: string, limit: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(file, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const buffer = Buffer.alloc(Math.min(limit, fstatSync(descriptor).size));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(descriptor);
  }
}

/** The same, of a text. `hadLogin`: whether the built system ran, so that its ports are its own. */
export function parseContents(text: string, hadLogin: boolean): ToldContents {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  if (lines.at(-1) !== "end") {
    const remark =
      lines.length === 0 ? "the guest did not tell what is in it" : "what the guest told of itself broke off";
    return { contents: undefined, remarks: [remark] };
  }
  const found = new Facts();
  const unsound = lines.slice(0, -1).filter((line) => !found.take(line)).length;
  const { data: contents } = contentsSchema.safeParse(found.contents(hadLogin));
  if (contents === undefined) return { contents, remarks: ["the guest told more of itself than a system has"] };
  const remarks = [
    ...(unsound > 0 ? [`${unsound} line(s) that the guest told of what is in it are not sound, and are left out`] : []),
    ...(contents.packages.length === 0 ? ["the guest has no packages of rpm or dpkg"] : []),
  ];
  return { contents, remarks };
}

/** Collects facts, line by line. */
class Facts {
  private readonly release = new Map<string, string>();
  private readonly kernels = new Set<string>();
  private readonly services = new Set<string>();
  private readonly users = new Map<string, Contents["users"][number]>();
  private readonly packages = new Map<string, Package>();
  private readonly ports = new Map<string, NonNullable<Contents["ports"]>[number]>();

  /** Takes a line; false if it is no fact. */
  take(line: string): boolean {
    const [word = "", ...fields] = line.split("\t");
    const [field = ""] = fields;
    switch (word) {
      case "os-release":
        return this.takeRelease(field);
      case "kernel":
        // A rescue kernel is named after the machine that made it.
        return field.startsWith("0-rescue-") || take(this.kernels, contentsSchema.shape.kernels.element, field);
      case "unit":
        return take(this.services, contentsSchema.shape.services.element, field);
      case "passwd":
        return this.takeUser(fields.join("\t"));
      case "deb":
        // "ii ": wanted and installed; others are remains, or half there: dpkg-query(1).
        return field.trim() !== "ii" ? /^[a-z]{2}.?$/i.test(field.trim()) : this.takePackage("deb", fields.slice(1));
      case "rpm":
        return this.takePackage("rpm", fields);
      case "tcp":
      case "tcp6":
      case "udp":
      case "udp6":
        return this.takePort(word.startsWith("tcp") ? "tcp" : "udp", field);
      default:
        return false;
    }
  }

  contents(hadLogin: boolean): Contents {
    const release = (key: string): string => this.release.get(key) ?? "";
    const sorted = <T>(of: ReadonlyMap<string, T>): T[] => [...of.keys()].sort().flatMap((key) => of.get(key) ?? []);
    return {
      contentsVersion: CONTENTS_VERSION,
      release: { id: release("ID"), version: release("VERSION_ID"), title: release("PRETTY_NAME") },
      kernels: [...this.kernels].sort(),
      packages: sorted(this.packages),
      users: [...this.users.values()].sort((a, b) => a.uid - b.uid || (a.name < b.name ? -1 : 1)),
      services: [...this.services].sort(),
      ...(hadLogin && { ports: sorted(this.ports) }),
    };
  }

  /** An assignment, maybe quoted: https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
  private takeRelease(line: string): boolean {
    if (/^\s*(#|$)/.test(line)) return true;
    const [, key = "", value = ""] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key === "") return false;
    const plain = value.replace(/^(["'])(.*)\1$/, "$2").replace(/\\(["'$`\\])/g, "$1");
    const { id, version, title } = contentsSchema.shape.release.shape;
    const schema = { ID: id, VERSION_ID: version, PRETTY_NAME: title }[key];
    if (schema === undefined) return true;
    if (!schema.safeParse(plain).success) return false;
    this.release.set(key, plain);
    return true;
  }

  /** A line of passwd(5). */
  private takeUser(line: string): boolean {
    const [name, , uid = "", , , home, shell] = line.split(":");
    const { data } = userSchema.safeParse({ name, uid: /^\d+$/.test(uid) ? Number(uid) : undefined, home, shell });
    if (data !== undefined) this.users.set(data.name, data);
    return data !== undefined;
  }

  private takePackage(kind: Package["kind"], fields: readonly string[]): boolean {
    const [name, version, arch = ""] = fields;
    if (fields.length !== 3) return false;
    const { data } = packageSchema.safeParse({ kind, name, version, arch: arch === "(none)" ? "" : arch });
    if (data !== undefined) this.packages.set(Object.values(data).join("\t"), data);
    return data !== undefined;
  }

  /**
   * A line of /proc/net/tcp and its like: number, local and remote address with port, state (0A: listening; 07 of UDP: not
   * connected), in hexadecimal digits, the address in words of the machine, whose first byte is the last here:
   * https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
   */
  private takePort(protocol: "tcp" | "udp", line: string): boolean {
    if (/^\s*sl\s/.test(line)) return true;
    const [, address = "", port = "", state] =
      /^\s*\d+: ((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /.exec(line) ?? [];
    if (state === undefined) return false;
    if (state !== (protocol === "tcp" ? "0A" : "07")) return true;
    const { data } = portSchema.safeParse({ protocol, address: addressOf(address), port: parseInt(port, 16) });
    if (data !== undefined) this.ports.set(`${protocol} ${String(data.port).padStart(5)} ${data.address}`, data);
    return data !== undefined;
  }
}

function take(
  set: Set<string>,
  schema: { safeParse(value: unknown): { readonly success: boolean } },
  value: string,
): boolean {
  const { success } = schema.safeParse(value);
  if (success) set.add(value);
  return success;
}

/** An address as people write it, from the kernel's hexadecimal words of a little-endian machine. */
function addressOf(words: string): string {
  const bytes = Buffer.from(words, "hex").swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  const { hostname } = new URL(`http://[${groups.join(":")}]`);
  return hostname.slice(1, -1);
}
