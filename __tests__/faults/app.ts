import { ImageStack } from "../../constructs/image-stack";
import { Kickstart } from "../../constructs/kickstart";
import { synthesize } from "../../constructs/synthesize";
import { InstallMedium } from "../../recipe/medium";
import { OsRelease } from "../../recipe/release";
import { Login } from "../../recipe/login";
import { SEAL_STEPS } from "../../recipe/seal";
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
synthesize((app) => {
  for (const name of ["tiny", "keeper"]) {
    new ImageStack(app, name, {
      ...TINY,
      release: OsRelease.DEMO,
      medium: medium(props.tiny),
      kickstart: Kickstart.fromText(TINY_KICKSTART),
      store: props.store,
    });
  }
  new ImageStack(app, "login", {
    ...TINY,
    release: OsRelease.DEMO,
    medium: medium(props.system),
    kickstart: Kickstart.fromText("reboot\n"),
    login: Login.privateKey(props.system.keyFile, { username: "root" }),
    memoryMiB: 128,
    skipSealSteps: SEAL_STEPS,
    store: props.store,
  });
});
