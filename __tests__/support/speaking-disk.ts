import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { requireTool } from "../../host/find";

/** What a disk does when it has spoken: x86 machine code. */
const ENDINGS = {
  /** hlt; jmp */
  wait: [0xf4, 0xeb, 0xfd],
  /** mov al, 0xfe; out 0x64, al: the keyboard controller's reset line */
  reset: [0xb0, 0xfe, 0xe6, 0x64, 0xf4, 0xeb, 0xfd],
  /** mov dx, 0x604; mov ax, 0x2000; out dx, ax: ACPI's S5 on the machine type pc */
  "power off": [0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef, 0xf4, 0xeb, 0xfd],
};

/** Writes a raw disk of 1 MiB whose boot sector prints a text on the first serial port, and then ends as asked. */
export function speakingDisk(file: string, text: string, ending: keyof typeof ENDINGS = "wait"): void {
  const code = [
    ...[0x31, 0xc0, 0x8e, 0xd8], // xor ax, ax; mov ds, ax
    ...[0xbe, 0x40, 0x7c], // mov si, 0x7c40
    ...[0xac, 0x84, 0xc0, 0x74, 0x06], // lodsb; test al, al; jz the ending
    ...[0xba, 0xf8, 0x03, 0xee, 0xeb, 0xf5], // mov dx, 0x3f8; out dx, al; jmp to lodsb
    ...ENDINGS[ending],
  ];
  const sector = Buffer.alloc(512);
  Buffer.from(code).copy(sector);
  sector.write(text, 0x40, 510 - 0x40 - 1, "latin1");
  sector.writeUInt16BE(0x55aa, 510);
  writeFileSync(file, Buffer.concat([sector, Buffer.alloc(1024 * 1024 - 512)]));
}

/** The same as a qcow2. */
export function speakingQcow2(file: string, text: string): void {
  speakingDisk(`${file}.raw`, text);
  execFileSync(requireTool("qemu-img").path, ["convert", "-O", "qcow2", `${file}.raw`, file]);
}
