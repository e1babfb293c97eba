import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Platform } from "../../../platforms/platform";
import { verifyArtefact } from "../../../platforms/verify";
import { makeOva } from "../../integration/platforms/artefacts";
import { describeWith, findExtra } from "../../support/extra";
import { SmallImage } from "../../support/small-image";

jest.setTimeout(120_000);

/** vcsim, the vCenter simulator of govmomi: it reads descriptors and hardware, but neither digests nor disks. */
describeWith(findExtra("vsphere"), "a simulated vCenter", (vsphere) => {
  const image = new SmallImage();
  let simulator: ChildProcess;
  let url = "";

  beforeAll(async () => {
    simulator = spawn(vsphere, ["simulate"], { stdio: ["pipe", "pipe", "inherit"] });
    const [line] = (await once(simulator.stdout!, "data")) as [Buffer];
    url = line.toString().trim();
  });
  afterAll(async () => {
    const ended = once(simulator, "exit");
    simulator.kill();
    await ended;
  });

  const govc = (...words: string[]): { status: number | null; output: string } => {
    const env = { ...process.env, GOVC_URL: url, GOVC_INSECURE: "1", GOVC_PERSIST_SESSION: "false" };
    const { status, stdout, stderr } = spawnSync(vsphere, words, { encoding: "utf8", env, timeout: 60_000 });
    return { status, output: `${stdout}${stderr}` };
  };
  const importOva = (name: string, file: string): { status: number | null; output: string } =>
    govc("import.ova", "-name", name, "-ds", "LocalDS_0", "-pool", "/DC0/host/DC0_C0/Resources", file);

  it("imports an OVA by govc, and sees its guest, version, memory, controller, card and disk", async () => {
    const platform = Platform.vmware({ guest: "rhel9_64Guest", cpus: 4, memoryMiB: 4096 });
    expect(importOva("web", await image.make(platform))).toMatchObject({ status: 0 });
    const { virtualMachines } = JSON.parse(govc("vm.info", "-json", "web").output) as {
      virtualMachines: [{ config: Record<string, unknown> & { hardware: Record<string, unknown> } }];
    };
    const { config } = virtualMachines[0];
    expect(config).toMatchObject({ guestId: "rhel9_64Guest", version: "vmx-19" });
    expect(config.hardware).toMatchObject({ numCPU: 4, memoryMB: 4096 });
    const devices = govc("device.ls", "-vm", "web").output;
    expect(devices).toMatch(/pvscsi-\d+ +VirtualSCSI|ParaVirtualSCSIController/);
    expect(devices).toMatch(/VirtualVmxnet3/);
    expect(devices).toMatch(/disk-/);
  });

  // A failed import leaves the simulator unusable, so this comes last.
  it("refuses an OVA without its disk, as our rule does", async () => {
    const vmdk = await image.make(Platform.aws());
    const broken = await makeOva(vmdk, join(image.folder, "broken.ova"), { members: ([ovf, mf]) => [ovf!, mf!] });
    expect(importOva("broken", broken)).toMatchObject({ status: 1 });
    const { broken: rules } = await verifyArtefact("vmware", broken);
    expect(rules.map(({ code }) => code)).toContain("OV08");
  });
});
