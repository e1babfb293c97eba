import { adminKeyStep } from "./admin-key-step";
import { demoInstaller } from "./demo-installer/step";
import { packer, terraform } from "./executables";
import { packerPlugin } from "./packer-plugin";
import { providers } from "./providers";
import { pykickstart } from "./pykickstart";
import type { Step } from "./step";
import { systemPackages } from "./system-packages";

/** All that set-up makes sure of, in the order in which it does: each may use what those before it brought. */
export const STEPS: readonly Step[] = [
  systemPackages,
  pykickstart,
  terraform,
  providers,
  packer,
  packerPlugin,
  demoInstaller,
  adminKeyStep,
];
