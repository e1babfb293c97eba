import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "../../builder/main";
import type { DescriptionProps } from "../../recipe/description";
import { demoKickstart, writeRequest } from "../support/request";

jest.setTimeout(600_000);

/** What templates, shells and parsers would like to interpret. */
const BYTES = [
  "{{.Names}} {{`{{`}} {{ env `HOME` }}",
  "${HOME} $${HOME} ${var.accelerator} %{x} %%{x} $PATH `id`",
  "@@ @@@ @ssh_key@ \\ \\n \\\\ ' \" '' \"\"",
  "é ü ß 日本語 \u00a0 🙂",
  "%packages-like, # no comment, <tab> <enter> \t tab",
  "",
].join("\n");

/** Fails the build unless the guest has exactly these bytes. */
const CHECK = `#!/bin/sh
set -eu
echo "${createHash("sha256").update(BYTES).digest("hex")}  /var/lib/bytes" | sha256sum -c
`;

type Way = Required<Pick<DescriptionProps, "delivery" | "boot" | "firmware">>;

/** Every way is built by \`npm run test:matrix\`; a whole test run builds the first two. */
const WAYS: readonly Way[] = [
  { delivery: "cd", boot: "bootCommand", firmware: "bios" },
  { delivery: "http", boot: "kernel", firmware: "bios" },
  { delivery: "http", boot: "bootCommand", firmware: "bios" },
  { delivery: "cd", boot: "kernel", firmware: "bios" },
  { delivery: "http", boot: "bootCommand", firmware: "uefi" },
  { delivery: "cd", boot: "bootCommand", firmware: "uefi" },
  { delivery: "http", boot: "kernel", firmware: "uefi" },
  { delivery: "cd", boot: "kernel", firmware: "uefi" },
];
const CHOSEN = process.env["TEST_MATRIX"] === "full" ? WAYS : WAYS.slice(0, 2);

describe("a kickstart arrives in the guest byte for byte", () => {
  const store = mkdtempSync(join(tmpdir(), "os-images-delivery-"));
  afterAll(() => rmSync(store, { recursive: true }));

  it.each(CHOSEN)("by $delivery, started by $boot, with $firmware", async (way) => {
    const kickstart = `${demoKickstart()}\n%post --erroronfail\ncat > /var/lib/bytes <<'END-OF-BYTES'\n${BYTES}END-OF-BYTES\n%end\n`;
    const { file, image } = writeRequest(store, {
      name: "bytes",
      revision: JSON.stringify(way),
      kickstart,
      scripts: [CHECK],
      ...way,
    });
    const manifest = await build(file, { write: () => undefined });
    expect(manifest.disk.sizeBytes).toBeGreaterThan(50_000_000);
    expect(readFileSync(join(image, "packer.log"), "utf8")).toContain("/var/lib/bytes: OK");
  });
});
