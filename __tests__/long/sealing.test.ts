import { execFileSync, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "../../builder/main";
import { requireTool } from "../../host/find";
import { demoKickstart, writeRequest } from "../support/request";
import { temporaryFolder } from "../support/temporary";

/** Tells on the serial port, at each start, what must differ between two clones and what must not be there at all. */
const TELL = `
cat > /usr/local/sbin/tell <<'SCRIPT'
#!/bin/sh
exec >/dev/ttyS0 2>&1
echo
echo "fact machine-id $(cat /etc/machine-id)"
for key in /etc/ssh/ssh_host_*_key.pub; do echo "fact \${key##*/} $(cut -d' ' -f2 "$key")"; done
echo "fact user packer $(getent passwd packer | wc -l)"
echo "fact sudoers $(ls /etc/sudoers.d | tr '\\n' ' ')"
echo "fact home $(ls -d /home/packer 2>/dev/null)"
echo "fact kickstarts $(ls /root/*ks.cfg 2>/dev/null)"
echo "fact histories $(ls -a /root /home/* | grep -c _history)"
echo "fact seed-at-start $(cat /run/seed-at-start)"
echo "fact build-words $(grep -rlaF os-images-build-of- /etc /root /home /var 2>/dev/null | tr '\\n' ' ')"
echo "fact end"
SCRIPT
chmod +x /usr/local/sbin/tell
cat > /etc/systemd/system/tell.service <<'UNIT'
[Unit]
After=ssh.service systemd-user-sessions.service
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/tell
[Install]
WantedBy=multi-user.target
UNIT
cat > /etc/systemd/system/seed-at-start.service <<'UNIT'
[Unit]
DefaultDependencies=no
After=local-fs.target
Before=systemd-random-seed.service
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'if [ -e /var/lib/systemd/random-seed ]; then echo yes; else echo no; fi > /run/seed-at-start'
[Install]
WantedBy=sysinit.target
UNIT
systemctl enable tell.service seed-at-start.service
cp /run/install/ks.cfg /root/anaconda-ks.cfg 2>/dev/null || echo copy > /root/anaconda-ks.cfg
echo history > /root/.bash_history
%end
`;

let folder: string;

beforeAll(() => {
  folder = temporaryFolder("sealing");
});

/** Starts a clone on an overlay and gives the facts that it tells. */
async function factsOfClone(disk: string, name: string): Promise<Map<string, string>> {
  const overlay = join(folder, `${name}.qcow2`);
  const serial = join(folder, `${name}.log`);
  writeFileSync(serial, "");
  execFileSync(requireTool("qemu-img").path, ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", disk, overlay]);
  const args = ["-machine", "pc,accel=tcg", "-cpu", "max", "-m", "1024", "-smp", "2", "-display", "none"];
  args.push("-drive", `file=${overlay},if=virtio`, "-serial", `file:${serial}`, "-nic", "user,model=virtio-net-pci");
  const qemu = spawn(requireTool("qemu-system-x86_64").path, args, { stdio: "ignore" });
  try {
    for (let tries = 0; tries < 240; tries++) {
      const text = readFileSync(serial, "latin1");
      if (text.includes("fact end")) {
        const lines = [...text.matchAll(/^fact (user packer|\S+) ?(.*?)\r*$/gm)];
        return new Map(lines.map(([, key = "", value = ""]) => [key, value.trim()]));
      }
      await sleep(1000);
    }
    throw new Error(`the clone told nothing; its console ends with ${readFileSync(serial, "latin1").slice(-500)}`);
  } finally {
    qemu.kill("SIGKILL");
  }
}

test("two clones of a sealed image differ in all that names a machine, and hold nothing of the build", async () => {
  const kickstart = demoKickstart().replace(/%end\s*$/, TELL.trimStart());
  const { file, image } = writeRequest(join(folder, "store"), { kickstart });
  const manifest = await build(file, { write: () => undefined });
  const disk = join(image, manifest.disk.file);
  const one = await factsOfClone(disk, "one");
  const two = await factsOfClone(disk, "two");
  expect(one.get("machine-id")).toMatch(/^[0-9a-f]{32}$/);
  const identities = [...one.keys()].filter((key) => key === "machine-id" || key.startsWith("ssh_host_"));
  expect(identities.length).toBeGreaterThanOrEqual(3);
  for (const key of identities) expect([key, one.get(key)]).not.toEqual([key, two.get(key)]);
  for (const clone of [one, two]) {
    expect(clone.get("user packer")).toBe("0");
    expect(clone.get("sudoers")).not.toMatch(/packer/);
    expect(clone.get("home")).toBe("");
    expect(clone.get("kickstarts")).toBe("");
    expect(clone.get("histories")).toBe("0");
    expect(clone.get("seed-at-start")).toBe("no");
    expect(clone.get("build-words")).toBe("");
  }
}, 900_000);
