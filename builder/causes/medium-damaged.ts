import type { Cause } from "./cause";

/** What Packer downloaded is not the medium of that checksum. */
export const mediumDamaged: Cause = {
  name: "medium damaged",
  sources: ["packer"],
  pattern: /Checksums did not match|error downloading ISO/i,
  remedy: "fetch it again; where it was replaced upstream, lock its new checksum and review the change",
  examples: [
    {
      line: "error downloading ISO: [Checksums did not match for",
      seenIn: "Packer 1.15 with go-getter's checksum.go, the medium served over HTTP",
    },
  ],
};
