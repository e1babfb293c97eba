import type { Cause } from "./cause";

/** The installer runs without the kernel arguments that name its kickstart: keys of the boot command were lost. */
export const kickstartNotGiven: Cause = {
  name: "kickstart not given",
  sources: ["console", "installer"],
  pattern: /question: no kickstart was given/,
  remedy: 'the boot command did not arrive whole: raise bootWaitSeconds, or write boot: "kernel", which types nothing',
  examples: [
    {
      line: "demo installer: 13.7 s: question: no kickstart was given (inst.ks=http://..., or an OEMDRV volume)",
      seenIn: "the demo installer, setup/demo-installer/guest/demo_installer",
    },
  ],
};
