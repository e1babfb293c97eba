import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { findFirmware } from "../../../host/firmware";
import { requireTool } from "../../../host/find";
import { temporaryFolder } from "../../support/temporary";

const qemu = requireTool("qemu-system-x86_64").path;
const reason = findFirmware("q35", { qemu }) === undefined ? " (skipped: this host has no UEFI firmware)" : "";

describe.each(["pc", "q35"])("this host's UEFI firmware for the machine type %s", (machineType) => {
  (reason === "" ? it : it.skip)(
    `starts a machine${reason}`,
    async () => {
      const firmware = findFirmware(machineType, { qemu });
      const folder = temporaryFolder("firmware");
      const vars = join(folder, "vars.fd");
      copyFileSync(firmware?.vars ?? "", vars);
      const machine = spawn(qemu, [
        ...["-machine", `${machineType},accel=tcg`, "-m", "128", "-display", "none", "-nodefaults", "-serial", "stdio"],
        ...["-drive", `if=pflash,unit=0,format=raw,readonly=on,file=${firmware?.code}`],
        ...["-drive", `if=pflash,unit=1,format=raw,file=${vars}`],
      ]);
      const ended = once(machine, "exit");
      try {
        await new Promise<void>((resolve, reject) => {
          let said = "";
          machine.stdout.on("data", (data: Buffer) => /BdsDxe|UEFI/.test((said += data.toString())) && resolve());
          void ended.then(() => reject(new Error(`QEMU ended; it said: ${said}`)));
        });
      } finally {
        machine.kill("SIGKILL");
        await ended;
      }
    },
    60_000,
  );
});
