import { chmodSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DoesNotStart, proveBoot, type BootProofOptions } from "../../../builder/boot-proof";
import { Guard } from "../../../builder/guard";
import { requireTool } from "../../../host/find";
import { sha256 } from "../../../util/digest";
import { processes } from "../../support/process-tree";
import { speakingDisk, speakingQcow2 } from "../../support/speaking-disk";
import { temporaryFolder } from "../../support/temporary";

const folder = temporaryFolder("proof");
let guard: Guard;
beforeAll(async () => {
  guard = await Guard.start(join(folder, "lock"));
});
afterAll(() => guard.dismiss());

const RECIPE = {
  format: "raw",
  firmware: "bios",
  machineType: "pc",
  cpuModel: "max",
  memoryMiB: 64,
  diskInterface: "virtio",
  netDevice: "virtio-net",
} as const;

let count = 0;

/** How long the proof of a disk may take, and what else it is. */
function machine(change: Partial<BootProofOptions["recipe"]> = {}, timeoutSeconds = 30): BootProofOptions {
  const path = join(folder, `work ,${++count}`);
  mkdirSync(path);
  const recipe = { ...RECIPE, ...change };
  return {
    recipe,
    host: {
      qemu: requireTool("qemu-system-x86_64").path,
      qemuImg: requireTool("qemu-img").path,
      accelerator: "tcg",
      cpus: 1,
    },
    work: { path, group: join(path, "group.json"), disk: join(path, `disk.${recipe.format}`) },
    guard,
    timeoutSeconds,
    signal: new AbortController().signal,
  };
}

async function failureOf(options: BootProofOptions): Promise<DoesNotStart> {
  const error: unknown = await proveBoot(options).then(
    (sign) => new Error(`it is up: ${sign}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DoesNotStart)) throw error;
  return error;
}

describe("the start of a finished disk", () => {
  it.each(["virtio", "virtio-scsi", "ide", "nvme"] as const)(
    "is proved by the login prompt on its console, and leaves the disk as it was: %s",
    async (diskInterface) => {
      const options = machine({ diskInterface });
      speakingDisk(options.work.disk, "Booting\r\ndemo login: ");
      chmodSync(options.work.disk, 0o444);
      const before = sha256(readFileSync(options.work.disk));
      await expect(proveBoot(options)).resolves.toBe("login prompt");
      expect(sha256(readFileSync(options.work.disk))).toBe(before);
    },
  );

  it("is proved for a qcow2 too", async () => {
    const options = machine({ format: "qcow2" });
    speakingQcow2(options.work.disk, "demo login: ");
    await expect(proveBoot(options)).resolves.toBe("login prompt");
  });

  it("fails with what its console shows, a picture beside it", async () => {
    const options = machine();
    speakingDisk(options.work.disk, "[    1.0] Kernel panic - not syncing: Attempted to kill init!\r\n");
    const { diagnosis, console, machine: evidence } = await failureOf(options);
    expect(diagnosis.cause).toBe("kernel panic");
    expect(console.join("\n")).toContain("Attempted to kill init!");
    expect(existsSync(evidence.screenshot)).toBe(true);
  });

  it("fails after the time limit when nothing shows that it is up", async () => {
    const options = machine({}, 2);
    speakingDisk(options.work.disk, "Welcome\r\n");
    const { diagnosis } = await failureOf(options);
    expect(diagnosis).toMatchObject({
      cause: "image does not start",
      reason: expect.stringMatching(/did not ask for a login, nor answer by SSH, in 2 s$/) as unknown,
      remedy: expect.stringContaining('set proof: "none"') as unknown,
    });
  });

  it("fails at once if the machine powers off", async () => {
    const options = machine();
    speakingDisk(options.work.disk, "bye\r\n", "power off");
    expect((await failureOf(options)).diagnosis.cause).toBe("image does not start");
  });

  it("fails if the machine starts again and again", async () => {
    const options = machine();
    speakingDisk(options.work.disk, "again\r\n", "reset");
    expect((await failureOf(options)).diagnosis.cause).toBe("reboot loop");
  });

  it("fails with QEMU's message when QEMU refuses the machine", async () => {
    const options = machine({ cpuModel: "none-such" });
    speakingDisk(options.work.disk, "demo login: ");
    expect((await failureOf(options)).diagnosis.proof).toMatch(/none-such/);
  });

  it("ends with the build, and leaves no process", async () => {
    const controller = new AbortController();
    const options = { ...machine({}, 60), signal: controller.signal };
    speakingDisk(options.work.disk, "Welcome\r\n");
    const isQemu = ({ commandLine }: { commandLine: string }): boolean => commandLine.includes(options.work.path);
    setTimeout(() => controller.abort(new Error("enough")), 1_500);
    await expect(proveBoot(options)).rejects.toThrow("enough");
    expect(processes().filter(isQemu)).toEqual([]);
  });
});
