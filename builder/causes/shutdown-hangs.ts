import type { Cause } from "./cause";

/** The guest was told to shut down and does not. */
export const shutdownHangs: Cause = {
  name: "shutdown hangs",
  sources: ["packer"],
  pattern: /Timeout while waiting for machine to shut ?down/,
  remedy: "look at the console for the unit that does not stop; a shutdownCommand of your own must power the guest off",
  examples: [{ line: "Timeout while waiting for machine to shut down.", seenIn: "packer-plugin-qemu 1.0.9" }],
};
