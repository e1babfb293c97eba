/** Writes the rules of the platforms into docs/platforms.md: `npm run docs:platforms`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GOOGLE_RULES } from "../platforms/google";
import type { Rule } from "../platforms/finding";
import { OVA_RULES } from "../platforms/ova";
import { QCOW2_RULES } from "../platforms/qcow2";
import { RAW_RULES } from "../platforms/raw";
import { VAGRANT_LIBVIRT_RULES } from "../platforms/vagrant";
import { BARE_METAL_RULES } from "../platforms/bare-metal";
import { AZURE_RULES } from "../platforms/vhd";
import { VMDK_RULES } from "../platforms/vmdk";
import { XEN_RULES } from "../platforms/xen";

export const PLATFORM_DOCS = join(__dirname, "..", "docs", "platforms.md");

/** Every rule of every platform, by the title of its table. */
export const RULE_TABLES: readonly [string, readonly Rule<never>[]][] = [
  ["Raw disks: libvirt, Xen, AWS", RAW_RULES],
  ["qcow2: libvirt, OpenStack, Proxmox, Xen", QCOW2_RULES],
  ["Raw disks for PV and PVH guests: Xen", XEN_RULES],
  ["Fixed VHD: Azure", AZURE_RULES],
  ["Stream-optimized VMDK: VMware, VirtualBox, AWS", VMDK_RULES],
  ["OVA: VMware, VirtualBox", OVA_RULES],
  ["tar.gz: Google Cloud", GOOGLE_RULES],
  ["Box: Vagrant with libvirt", VAGRANT_LIBVIRT_RULES],
  ["Compressed raw disk: bare metal", BARE_METAL_RULES],
];

const BEGIN = "<!-- rules: made by npm run docs:platforms -->\n";

/** The page with its rules as the code has them; what is written above them stays. */
export function withRules(page: string): string {
  const tables = RULE_TABLES.map(([title, rules]) => {
    const rows = rules.map(({ code, title: what, source }) => `| ${code} | ${what} | <${source}> |\n`);
    return `\n## ${title}\n\n| code | rule | source |\n|---|---|---|\n${rows.join("")}`;
  });
  return page.slice(0, page.indexOf(BEGIN)) + BEGIN + tables.join("");
}

if (require.main === module) writeFileSync(PLATFORM_DOCS, withRules(readFileSync(PLATFORM_DOCS, "utf8")));
