import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../builder/main";
import type { ImageProperties } from "../../recipe/image-properties";
import { Secret } from "../../recipe/secret";
import { demoKickstart, writeRequest, type TestImage } from "./request";

/** One way to start an installer and to hand it its kickstart. */
export type Way = Required<Pick<ImageProperties, "delivery" | "boot" | "firmware">>;

/** What templates, shells and parsers would like to interpret. */
const BYTES = [
  "{{.Names}} {{`{{`}} {{ env `HOME` }}",
  "${HOME} $${HOME} ${var.accelerator} %{x} %%{x} $PATH `id`",
  "@@ @@@ @ssh_key@ \\ \\n \\\\ ' \" '' \"\"",
  "é ü ß 日本語 \u00a0 🙂",
  "{@@secret:BRACES@@}",
  "%packages-like, # no comment, <tab> <enter> \t tab",
  "",
].join("\n");

/** A secret that would be a template together with what stands around it, and would end quotes. */
const BRACES = "{ .HTTPIP }\\ \"q\" 'x' {{ $HOME `id` {";

/** Fails the build unless the guest has exactly these bytes. */
const CHECK = `#!/bin/sh
set -eu
echo "${createHash("sha256")
  .update(BYTES.replace("@@secret:BRACES@@", () => BRACES))
  .digest("hex")}  /var/lib/bytes" | sha256sum -c
`;

/** Where a delivered image lies. */
export interface Delivered {
  readonly disk: string;
  readonly manifest: string;
}

/**
 * Builds the demo image one way, with a kickstart that writes those bytes to a file. Throws unless the guest has exactly
 * them, which so many scripts check, and the image started by its own boot loader.
 */
export async function deliver(store: string, way: Way, more: Partial<TestImage> = {}, scripts = 1): Promise<Delivered> {
  const script = `cat > /var/lib/bytes <<'END-OF-BYTES'\n${BYTES}END-OF-BYTES`;
  process.env["BRACES"] = BRACES;
  const { file, image } = writeRequest(store, {
    ...more,
    secrets: [Secret.fromEnv("BRACES")],
    name: "bytes",
    revision: JSON.stringify(way),
    kickstart: `${more.kickstart ?? demoKickstart()}\n%post --erroronfail\n${script}\n%end\n`,
    scripts: Array.from({ length: scripts }, () => CHECK),
    // A kernel that is started directly waits for no menu.
    bootWaitSeconds: way.boot === "kernel" ? 3600 : 15,
    ...way,
  });
  const manifest = await build(file, { write: () => undefined });
  const has = (log: string, text: string): boolean => readFileSync(join(image, log), "latin1").includes(text);
  const delivered = { disk: join(image, manifest.disk.file), manifest: join(image, "manifest.json") };
  if (!existsSync(delivered.disk)) throw new Error("there is no disk");
  if (!has("packer.log", "/var/lib/bytes: OK")) throw new Error("the guest did not check its bytes");
  if (!has("console.log", "demo login:")) throw new Error("the image did not start by itself");
  return delivered;
}
