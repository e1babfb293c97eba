import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { File as LocalFile } from "@cdktf/provider-local/lib/file";
import { Image } from "../../constructs/image";
import type { ImageProps } from "../../constructs/image-props";
import { Kickstart } from "../../constructs/kickstart";
import { rhel9 } from "../../imports/kickstart/rhel9";
import { demo, DEMO_INSTALLER } from "../../kickstart/demo";
import { renderKickstart } from "../../kickstart/syntax/render";
import { REQUEST_FILE } from "../../recipe/files";
import { SHORT_DIGITS } from "../../recipe/fingerprint";
import { InstallMedium } from "../../recipe/medium";
import type { Provisioner } from "../../recipe/provisioner";
import type { BuildRequest } from "../../recipe/request";
import type { Secret } from "../../recipe/secret";
import { findMedium } from "../../setup/demo-installer/medium";
import { ownStack } from "./app";
import { temporaryFolder } from "./temporary";

/** What a test asks for; everything else is as the demo image has it. */
export interface TestImage extends Partial<Omit<ImageProps, "kickstart" | "provisioners">> {
  readonly kickstart?: string;
  readonly secrets?: readonly Secret[];
  /** Texts of provisioning scripts. */
  readonly scripts?: readonly string[];
  /** Further provisioners, after the scripts. */
  readonly provisioners?: readonly Provisioner[];
}

/** Where a written request lies. */
export interface WrittenRequest {
  readonly file: string;
  readonly image: string;
  readonly request: BuildRequest;
}

/** Writes a request into a store as Terraform would: the files that the construct places. */
export function writeRequest(store: string, image: TestImage = {}): WrittenRequest {
  const { name = "demo", kickstart = demoKickstart(), secrets = [], scripts = [], provisioners = [], ...props } = image;
  const installed = { diskSize: "2G", boot: "kernel", kickstart: Kickstart.fromText(kickstart, { secrets }) } as const;
  const built = new Image(ownStack(), name, {
    release: DEMO_INSTALLER,
    medium: props.medium ?? testMedium(demoMedium()),
    memoryMiB: 1024,
    ...(props.medium?.base === undefined && installed),
    ...props,
    provisioners: [...scripts.map(scriptFile), ...provisioners],
    store,
  });
  const folder = join(store, name, built.fingerprint.slice(0, SHORT_DIGITS));
  // Terraform computes the last part of this path, from the workspace.
  const requestFolder = join(folder, "requests", "0a1b2c3d");
  mkdirSync(requestFolder, { recursive: true, mode: 0o700 });
  for (const file of built.node.children.filter((child) => child instanceof LocalFile)) {
    writeFileSync(join(requestFolder, basename(file.filenameInput ?? "")), unescaped(file.contentInput ?? ""));
  }
  const file = join(requestFolder, REQUEST_FILE);
  return { file, image: folder, request: JSON.parse(readFileSync(file, "utf8")) as BuildRequest };
}

/** A medium with the digest that it has. */
export function testMedium({ iso, sha256 }: { readonly iso: string; readonly sha256: string }): InstallMedium {
  return InstallMedium.iso({ url: iso, checksum: `sha256:${sha256}` });
}

/** The image of a request, for another one to be built on. */
export function builtOn({ request, image }: WrittenRequest): InstallMedium {
  const { name, fingerprint, recipe } = request;
  const referTo = (): { fingerprint: string } => ({ fingerprint });
  const { firmware, diskMiB } = recipe;
  const login = { username: "", method: "none" } as const;
  return InstallMedium.image({ name, firmware, fingerprint, login, diskMiB, store: dirname(dirname(image)), referTo });
}

function scriptFile(text: string): string {
  const file = join(temporaryFolder("script"), "script.sh");
  writeFileSync(file, text);
  return file;
}

/** What Terraform makes of a string without references. */
function unescaped(text: string): string {
  return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
}

/** The demo image's kickstart, for a key that nobody has if none is given. */
export function demoKickstart(adminKey = "ssh-ed25519 AAAA nobody"): string {
  const root = join(__dirname, "..", "..");
  const readFile = (path: string): string => readFileSync(join(root, path), "utf8");
  return renderKickstart(rhel9, demo({ hostname: "demo", adminKey }), { readFile });
}

/** The demo installer's medium of these sources, as set-up made it; another checkout may have made another one since. */
export function demoMedium(): { readonly iso: string; readonly sha256: string } {
  const medium = findMedium();
  if (medium === undefined) throw new Error("the demo installer's medium is missing: run npm run setup");
  return medium;
}
