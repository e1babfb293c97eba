import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Client, utils } from "ssh2";
import { freePort } from "../../host/free-port";
import { ensureMedium, type Medium } from "../../setup/demo-installer/medium";
import { InstallerMachine, type MachineOptions } from "../support/installer-machine";

/** What the medium's own boot menus have on their kernel lines. */
const STAGE2 = "inst.stage2=hd:LABEL=OSIMAGES-DEMO";
const LEAST = "liveimg --url=file:///run/install/repo/rootfs.tar\nautopart\n";
const key = utils.generateKeyPairSync("ed25519");
let medium: Medium;
let server: Server;
let served: Record<string, string>;
let machine: InstallerMachine;

beforeAll(async () => {
  medium = await ensureMedium();
  server = createServer((request, response) => {
    const text = served[request.url ?? ""];
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
}, 600_000);

afterAll(() => server.close());

afterEach(() => machine.stop());

function start(options: Omit<MachineOptions, "iso">): void {
  machine = new InstallerMachine({ iso: medium.iso, ...options });
  machine.start();
}

/** Under QEMU's user network the host's loopback is 10.0.2.2. */
function url(path: string): string {
  return `http://10.0.2.2:${(server.address() as AddressInfo).port}${path}`;
}

describe("the demo installer's medium", () => {
  it("installs by a kickstart on an OEMDRV volume, and the system starts from its own disk and answers", async () => {
    const bytes = "{{.Names}} ${HOME} %{x} @@ a\\tb ü";
    const kickstart = `${LEAST}clearpart --all
network --bootproto=dhcp --hostname=tested.example.test
rootpw --lock
user --name=tester --groups=wheel
sshkey --username=tester "${key.public}"
bootloader --append="console=ttyS0 panic=-1"
reboot
%post
cat > /etc/bytes << 'END'
${bytes}
END
%end
%post --nochroot --interpreter=/usr/bin/python3
open("/mnt/sysimage/etc/outside", "w").write("python")
%end
`;
    const port = await freePort();
    const network = ["-netdev", `user,id=n,hostfwd=tcp:127.0.0.1:${port}-:22`, "-device", "virtio-net,netdev=n"];
    start({ oemdrv: kickstart, more: network });
    await pressEnterUntilItStarts();
    await machine.says(/^Installing file:\/\/\/run\/install\/repo\/rootfs\.tar \(\d+%\)/m, 120);
    await machine.says(/demo installer: \S+ s: done: restarting/, 120);
    const progress = [
      "Starting installer, one moment...",
      "Configuring storage",
      "Installing boot loader",
      "Performing post-installation setup tasks",
      "Running post-installation scripts",
    ];
    const lines = machine.serial().split(/\r?\n/);
    expect(lines.filter((line) => progress.includes(line))).toEqual(progress);
    await machine.says(/tested login:/, 120);
    const answer = await login(port, "hostname; cat /etc/bytes /etc/outside; sudo -n true || groups; df / | tail -1");
    expect(answer).toContain(`tested.example.test\n${bytes}\npython`);
    expect(answer).toContain("tester wheel");
    expect(answer).toContain("/dev/vda1");
    await expect(pressPowerButton()).resolves.toBeUndefined();
  }, 400_000);

  it("names the line of an unsupported command on the serial port, and waits", async () => {
    start({ append: STAGE2, oemdrv: `${LEAST}vnc\n` });
    const error = "kickstart line 3: the demo installer does not support the command vnc";
    await machine.says(new RegExp(`^demo installer: error: ${error}`, "m"), 120);
  }, 200_000);

  it("reads the kickstart by HTTP, and shows the parser's message for an error in it", async () => {
    served = { "/ks.cfg": `${LEAST}reboot --now\n` };
    start({ append: `${STAGE2} inst.ks=${url("/ks.cfg")}`, more: ["-nic", "user,model=virtio"] });
    await machine.says(/^demo installer: error: kickstart line 3: unrecognized arguments: --now/m, 120);
  }, 200_000);

  it("does not find the kickstart on an OEMDRV volume when the kernel line names no medium, like Anaconda", async () => {
    start({ append: "quiet", oemdrv: `${LEAST}vnc\n` });
    await machine.says(/^Warning: Can't get kickstart from \/dev\/sr1:\/ks\.cfg/m, 120);
    await machine.says(/^demo installer: \S+ s: question: no kickstart was given/m, 30);
  }, 200_000);

  it("reads a kickstart that the kernel line names before it looks for the medium", async () => {
    start({ append: "quiet inst.ks=hd:LABEL=OEMDRV:/ks.cfg", oemdrv: `${LEAST}vnc\n` });
    await machine.says(/^demo installer: error: kickstart line 3: .*command vnc/m, 120);
  }, 200_000);

  it("says which kickstart cannot be read, and why", async () => {
    served = {};
    start({ append: `${STAGE2} ks=${url("/none.cfg")}`, more: ["-nic", "user,model=virtio"] });
    await machine.says(/^demo installer: error: http:\S+none\.cfg cannot be read: server returned error: .*404/m, 120);
  }, 200_000);

  it("says that a SATA controller, for which it has no driver, keeps it from the CD", async () => {
    start({ machineType: "q35", append: STAGE2, oemdrv: LEAST });
    await machine.says(/^demo installer: error: the CD is out of reach: .*SATA/m, 120);
  }, 200_000);

  it("asks for a kickstart when there is none, and says no space for a disk that is too small", async () => {
    start({ append: STAGE2 });
    await machine.says(/^demo installer: \S+ s: question: no kickstart was given/m, 120);
    await machine.stop();
    start({ append: STAGE2, oemdrv: LEAST, diskBytes: 64 * 2 ** 20 });
    await machine.says(/^demo installer: error: no space left in the new system while unpacking \S+rootfs\.tar/m, 120);
  }, 400_000);
});

/** A system that has just started may not listen to the button yet. */
async function pressPowerButton(presses = 6): Promise<void> {
  await machine.monitor("system_powerdown");
  await machine.ended(15).catch((error: unknown) => {
    if (presses === 1) throw error;
    return pressPowerButton(presses - 1);
  });
}

/** The menu takes keys only when it is there. */
async function pressEnterUntilItStarts(): Promise<void> {
  for (let second = 0; second < 60 && !machine.serial().includes("demo installer"); second++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (second < 20) await machine.monitor("sendkey ret");
  }
}

/** What a command prints in the guest. */
function login(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    client.on("error", reject).on("ready", () =>
      client.exec(command, (error, stream) => {
        if (error) return reject(error);
        let text = "";
        stream.on("data", (data: Buffer) => (text += data.toString()));
        stream.on("close", () => {
          client.end();
          resolve(text);
        });
      }),
    );
    client.connect({ host: "127.0.0.1", port, username: "tester", privateKey: key.private, readyTimeout: 60_000 });
  });
}
