import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findMedium } from "../../setup/demo-installer/medium";
import { rhel9 } from "../../imports/kickstart/rhel9";
import { demo, DEMO_INSTALLER } from "../../kickstart/demo";
import { KICKSTART_FILE, REQUEST_FILE, templateFile } from "../../recipe/files";
import { fingerprint } from "../../recipe/fingerprint";
import type { ImageProperties } from "../../recipe/image-properties";
import { buildLoginSection } from "../../recipe/login";
import { InstallMedium } from "../../recipe/medium";
import type { ResolvedImage } from "../../recipe/properties";
import { recipeOf } from "../../recipe/recipe";
import { type BuildRequest, requestOf } from "../../recipe/request";
import { resolveImage } from "../../recipe/resolve";
import { packerTemplate } from "../../recipe/template";
import { renderKickstart } from "../../kickstart/syntax/render";
import { sha256 } from "../../util/digest";

/** What a test asks for; everything else is as the demo image has it. */
export interface TestImage extends Partial<ImageProperties> {
  readonly kickstart?: string;
  readonly isoUrl?: string;
  readonly isoChecksum?: string;
  readonly secrets?: ResolvedImage["secrets"];
  readonly scripts?: readonly string[];
}

/** Where a written request lies. */
export interface WrittenRequest {
  readonly file: string;
  readonly image: string;
  readonly request: BuildRequest;
}

/** Writes a request into a store as Terraform would, and gives its path. */
export function writeRequest(store: string, image: TestImage = {}): WrittenRequest {
  const { name = "demo", kickstart: own = demoKickstart(), scripts = [], isoUrl, isoChecksum, ...props } = image;
  const checksum = isoChecksum ?? `sha256:${demoMedium().sha256}`;
  const medium = InstallMedium.iso({ url: isoUrl ?? demoMedium().iso, checksum });
  const resolved = resolveImage(
    { name, release: DEMO_INSTALLER, medium, diskSize: "2G", memoryMiB: 1024, boot: "kernel", ...props },
    {
      isoChecksum: checksum,
      secrets: image.secrets ?? [],
      scripts: scripts.map((text, index) => ({ file: `provision-${index + 1}.sh`, text })),
    },
  );
  const kickstart = `${own}${buildLoginSection(resolved.buildLogin, own)}`;
  const recipe = recipeOf(resolved, sha256(kickstart));
  const request = requestOf(resolved, recipe, fingerprint(recipe), {
    medium: medium.url,
    secretFile: (secret) => join(store, `${secret}.secret`),
  });
  const folder = join(store, name, request.fingerprint.slice(0, 12));
  const requestFolder = join(folder, "requests", "0a1b2c3d");
  mkdirSync(requestFolder, { recursive: true, mode: 0o700 });
  const write = (file: string, text: string): void => writeFileSync(join(requestFolder, file), text);
  write(KICKSTART_FILE, kickstart);
  write(templateFile(name), JSON.stringify(packerTemplate(resolved), null, 2));
  for (const { file, text } of resolved.scripts) write(file, text);
  write(REQUEST_FILE, JSON.stringify(request, null, 2));
  return { file: join(requestFolder, REQUEST_FILE), image: folder, request };
}

/** The demo image's kickstart, for a key of nobody's where none is given. */
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
