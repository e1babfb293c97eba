import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { cached, unpack } from "./packages";

/** Programs of Xen 4.17 that need no Xen to run. */
export class XenTools {
  private constructor(private readonly root: string) {}

  /**
   * Out of the cache, or made of Debian's packages in half a minute.
   * @throws UserError if the packages cannot be had
   */
  static async get(): Promise<XenTools> {
    const sources = ["tools.ts", "packages.ts"];
    return new XenTools(await cached("xen-tools", sources, (folder) => unpack(["xen-utils-4.17"], folder)));
  }

  /** What the real pygrub takes out of a disk: the files "kernel" and "ramdisk" in a folder, and "args". */
  pygrub(disk: string, folder: string): Readonly<Record<string, string>> {
    const words = ["-q", `--output-directory=${folder}`, "--output-format=simple", disk];
    const printed = this.python([join(this.root, "usr/lib/xen-4.17/bin/pygrub"), ...words]);
    const lines = printed.split("\n").flatMap((line) => [...line.matchAll(/^(\w+) (.*)$/g)]);
    return Object.fromEntries(lines.map(([, key = "", value = ""]) => [key, value]));
  }

  /** Values of an `xl` definition, read by xl's own parser: texts, and lists of texts; null for a key that is not there. */
  readDefinition(text: string, keys: readonly string[]): Readonly<Record<string, unknown>> {
    const printed = this.python([join(__dirname, "definition.py"), ...keys], text);
    return JSON.parse(printed) as Record<string, unknown>;
  }

  /** Runs a program with the packages' own Python and libraries. */
  private python(words: readonly string[], input = ""): string {
    const within = (path: string): string => join(this.root, path);
    const own = within("usr/lib/xen-4.17/lib/x86_64-linux-gnu");
    const libraries = [own, within("lib/x86_64-linux-gnu"), within("usr/lib/x86_64-linux-gnu")].join(":");
    const python = ["--library-path", libraries, within("usr/bin/python3.11"), ...words];
    const { status, stdout, stderr } = spawnSync(within("lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"), python, {
      encoding: "utf8",
      input,
      env: {
        PYTHONHOME: within("usr"),
        PYTHONPATH: within("usr/lib/xen-4.17/lib/python"),
        XEN_FSIMAGE_FSDIR: join(own, "xenfsimage"),
      },
    });
    if (status !== 0) throw new Error(`${words[0]} ended with ${status}: ${stderr}`);
    return stdout;
  }
}
