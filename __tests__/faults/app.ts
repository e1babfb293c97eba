import { App } from "cdktf";
import { ImageStack, InstallMedium, Kickstart, Login, SEAL_STEPS } from "../../index";
import { DEMO_INSTALLER } from "../../kickstart/demo";
import type { TinySystem } from "../support/tiny-system";
import { TINY, TINY_KICKSTART } from "../support/tiny-medium";

/** Where the app's media are, and the store that it shares with others. */
export interface FaultsAppProps {
  readonly store: string;
  readonly tiny: { readonly iso: string; readonly sha256: string };
  readonly system: TinySystem;
}

const props = JSON.parse(process.argv[2] ?? "{}") as FaultsAppProps;
const medium = ({ iso, sha256 }: { iso: string; sha256: string }): InstallMedium =>
  InstallMedium.iso({ url: iso, checksum: `sha256:${sha256}` });

/**
 * Three images: "tiny", which a boot sector installs in seconds, "keeper", the same under another name, and "login", whose
 * build goes through every phase.
 */
const app = new App();
for (const name of ["tiny", "keeper"]) {
  new ImageStack(app, name, {
    ...TINY,
    release: DEMO_INSTALLER,
    medium: medium(props.tiny),
    kickstart: Kickstart.fromText(TINY_KICKSTART),
    store: props.store,
  });
}
new ImageStack(app, "login", {
  ...TINY,
  release: DEMO_INSTALLER,
  medium: medium(props.system),
  kickstart: Kickstart.fromText("reboot\n"),
  buildLogin: Login.privateKey(props.system.keyFile, { username: "root" }),
  memoryMiB: 128,
  skipSealSteps: SEAL_STEPS,
  store: props.store,
});
app.synth();
