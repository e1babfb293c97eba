import type { Cause } from "./cause";

/** A port that the build needs is taken. */
export const portTaken: Cause = {
  name: "port taken",
  sources: ["packer"],
  pattern: /Could not set up host forwarding rule|Failed to find an? (?:available|unused) port|address already in use/i,
  remedy: "something else listens there; deploy again, or end what holds the port",
  examples: [
    {
      line: "Qemu stderr: qemu-system-x86_64: -netdev user,id=user.0,hostfwd=tcp::34117-:34117: Could not set up host forwarding rule 'tcp::34117-:34117'",
      seenIn: "QEMU 7.2 and plugin 1.0.9, the port taken by a listener",
    },
  ],
};
