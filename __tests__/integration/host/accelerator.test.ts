import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { boots } from "../../../host/accelerator";
import { findTool, requireTool } from "../../../host/find";
import { temporaryFolder } from "../../support/temporary";

const probe = join(__dirname, "..", "..", "..", "host", "probe");

test("the boot sector gets to its end by emulation, well within the probe's time", async () => {
  expect(await boots(requireTool("qemu-system-x86_64").path, "tcg", 10_000)).toBe(true);
}, 20_000);

test("the probe fails with an accelerator that the machine does not have", async () => {
  const absent = process.platform === "darwin" ? "kvm" : "hvf";
  expect(await boots(requireTool("qemu-system-x86_64").path, absent)).toBe(false);
}, 20_000);

const assembler = findTool("as") !== undefined && findTool("ld") !== undefined && process.arch === "x64";
(assembler ? test : test.skip)(
  `the sector's bytes are those of its source${assembler ? "" : " (skipped: no x86 binutils on this machine)"}`,
  () => {
    const folder = temporaryFolder("sector-test");
    const [object, binary] = [join(folder, "s.o"), join(folder, "s.bin")];
    execFileSync("as", ["--64", "-o", object, join(probe, "boot-sector.s")]);
    execFileSync("ld", ["-Ttext", "0x7c00", "--oformat", "binary", "-o", binary, object], { stdio: "ignore" });
    const committed = readFileSync(join(probe, "boot-sector.hex"), "utf8").trim();
    expect(readFileSync(binary).toString("hex")).toBe(committed);
  },
);
