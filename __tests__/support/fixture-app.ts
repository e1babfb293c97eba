import { createRequire } from "node:module";
import { join } from "node:path";
import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import { App, LocalBackend, TerraformStack, Token } from "cdktf";
import type { ImageProperties } from "../../recipe/image-properties";
import { rhel8, type Rhel8 } from "../../imports/kickstart/rhel8";
import {
  Image,
  ImageExport,
  ImageStack,
  InstallMedium,
  Kickstart,
  OsRelease,
  Platform,
  SmokeTestStack,
  useProviders,
} from "../../index";
import { DEMO_INSTALLER } from "../../kickstart/demo";

/** What a test varies of the fixture app: one image, and a consumer of it in a stack of its own. */
export interface FixtureProps {
  readonly kickstart:
    | { readonly text: string }
    | { readonly file: string }
    | { readonly template: string; readonly variables: Record<string, string> }
    /** A module with the typed form of one for Enterprise Linux 8, as `os-images convert` prints it. */
    | { readonly typed: string };
  /** Further properties of the image, which JSON can hold. */
  readonly image?: Omit<Partial<ImageProperties>, "release" | "medium">;
  /** Of the demo installer, which reads that of Enterprise Linux 9 unless its kernel line says another. */
  readonly dialect?: "rhel8";
  readonly revision?: string;
  readonly provisioners?: readonly string[];
  readonly store?: string;
  /** Path of an image made elsewhere, of which a smoke test is made too. */
  readonly elsewhere?: string;
  /** Format of the exports for AWS and compression of those for libvirt, made in the fixture's own stack. */
  readonly exports?: { readonly aws: "raw" | "vmdk"; readonly libvirt: "zstd" | "zlib" };
  readonly iso?: { readonly url: string; readonly checksum: string };
  /** An image that is built on the fixture: in its stack, or in the stack "derived". */
  readonly derived?: "beside" | "elsewhere";
}

const given = JSON.parse(process.argv[2] ?? "{}") as FixtureProps & { state: string };
const { dialect, image, revision, provisioners, store, elsewhere, iso, state, exports, derived } = given;

const app = new App();
const images = new ImageStack(app, "fixture", {
  release:
    dialect === undefined
      ? DEMO_INSTALLER
      : OsRelease.custom({ id: "demo", title: "demo installer", minimumMemoryMiB: 512, dialect }),
  medium: InstallMedium.iso(iso ?? { url: "/media/fixture.iso", checksum: `sha256:${"0".repeat(64)}` }),
  kickstart: kickstartOf(given.kickstart),
  ...image,
  ...(revision !== undefined && { revision }),
  ...(provisioners !== undefined && { provisioners }),
  ...(store !== undefined && { store }),
  ...(exports !== undefined && {
    exports: [
      Platform.aws({ format: exports.aws, prepared: true }),
      Platform.libvirt({ compression: exports.libvirt }),
    ],
  }),
});
new LocalBackend(images, { path: join(state, "fixture.tfstate") });
consume(images, images);

const consumer = new TerraformStack(app, "consumer");
useProviders(consumer);
new LocalBackend(consumer, { path: join(state, "consumer.tfstate") });
consume(consumer, images);

if (exports !== undefined) {
  const aws = images.exportFor("aws");
  const { fingerprint, path, sha256, sizeBytes } = aws.referTo(images);
  const triggers = { fingerprint, path, sha256, size: Token.asString(sizeBytes) };
  new NullResource(images, "of_export", { triggers });
  new NullResource(images, "by_export_fingerprint", { triggers: { fingerprint } });
  new NullResource(consumer, "of_export", { triggers: { path: aws.referTo(consumer).path } });
  const later = new TerraformStack(app, "later");
  useProviders(later);
  const known = aws.referTo(later);
  const seen = { sha256: known.sha256, size: Token.asString(known.sizeBytes) };
  new NullResource(later, "of_export", { triggers: seen });
}

if (derived !== undefined) {
  const stack = derived === "beside" ? images : new TerraformStack(app, "derived");
  if (stack !== images) {
    useProviders(stack);
    new LocalBackend(stack, { path: join(state, "derived.tfstate") });
  }
  const medium = InstallMedium.image(images.image);
  const image = new Image(stack, "derived", { release: DEMO_INSTALLER, medium, ...(store !== undefined && { store }) });
  const { fingerprint, path } = image.referTo(stack);
  new NullResource(stack, "of_derived", { triggers: { fingerprint, path } });
}

if (elsewhere !== undefined) {
  const login = { username: "admin", method: "key" } as const;
  const fingerprint = "0".repeat(64);
  const image = Image.fromPath({ name: "elsewhere", path: elsewhere, format: "raw", fingerprint, login });
  new SmokeTestStack(app, "machine", { image, sshKeyFile: "/key" });
  const exported = new TerraformStack(app, "exported");
  useProviders(exported);
  new ImageExport(exported, "azure", { image, platform: Platform.azure({ prepared: true }) }).addOutputs();
}
app.synth();

function kickstartOf(kickstart: FixtureProps["kickstart"]): Kickstart {
  if ("text" in kickstart) return Kickstart.fromText(kickstart.text);
  if ("file" in kickstart) return Kickstart.fromFile(kickstart.file);
  if ("template" in kickstart) return Kickstart.fromTemplate(kickstart.template, kickstart.variables);
  const module = createRequire(__filename)(kickstart.typed) as { readonly kickstart: Rhel8 };
  return Kickstart.typed(rhel8, module.kickstart);
}

/** A consumer whose identity hangs on the fingerprint, and one that has the absolute path among its attributes. */
function consume(stack: TerraformStack, { image }: ImageStack): void {
  const { fingerprint, path } = image.referTo(stack);
  new NullResource(stack, "by_fingerprint", { triggers: { fingerprint } });
  new NullResource(stack, "by_path", { triggers: { path } });
}
