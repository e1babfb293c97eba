import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../../constructs/machine";
import { freePort } from "../../host/free-port";
import { ensureMedium } from "../../setup/demo-installer/medium";
import { runIn, unpackDemoSystem } from "./demo-root";
import { temporaryFolder } from "./temporary";

/** Gives the system host keys, and a user as a kickstart makes one. */
const prepare = (publicKey: string): string => `set -eu
mkdir -p /run/sshd
ssh-keygen -q -A
useradd --create-home --password '*' --shell /bin/sh admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/admin
chmod 0440 /etc/sudoers.d/admin
mkdir -m 0700 /home/admin/.ssh
echo '${publicKey}' > /home/admin/.ssh/authorized_keys
chown -R admin: /home/admin/.ssh
`;

/**
 * Machines for Ansible without the time that machines take: the demo installer's system with Python in a folder, and an sshd
 * of it on a port of loopback for each. Only root may.
 */
export class SshHosts {
  private readonly servers: ChildProcess[] = [];

  private constructor(
    /** The root folder that all of them share. */
    readonly root: string,
    /** Private key of their user. */
    readonly keyFile: string,
  ) {}

  static async make(): Promise<SshHosts> {
    const folder = temporaryFolder("ssh-hosts");
    const keyFile = join(folder, "key");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", keyFile]);
    const root = unpackDemoSystem(folder, await ensureMedium({ python: true }));
    runIn(root, prepare(readFileSync(`${keyFile}.pub`, "utf8").trim()));
    return new SshHosts(root, keyFile);
  }

  /** Starts an sshd. It answers when this resolves. */
  async start(name: string, port?: number): Promise<Machine> {
    const own = port ?? (await freePort());
    const words = ["-D", "-e", "-p", String(own), "-o", "ListenAddress=127.0.0.1", "-o", "UsePAM=no"];
    const server = spawn("chroot", [this.root, "/usr/sbin/sshd", ...words], { stdio: ["ignore", "ignore", "pipe"] });
    this.servers.push(server);
    await once(server.stderr, "data");
    server.stderr.resume();
    return { name, address: "127.0.0.1", port: own, username: "admin" };
  }

  stop(): void {
    for (const server of this.servers.splice(0)) {
      // Of the sessions too, which end a moment later.
      server.stderr?.destroy();
      server.kill("SIGTERM");
    }
  }
}
