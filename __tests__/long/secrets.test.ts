import { createServer, type Server } from "node:http";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { copyFromMedium } from "../../builder/iso9660";
import { demoKickstart, demoMedium } from "../support/request";
import { ALLOWED, leaks } from "../support/secrets/allowed";
import { deployWithCanaries, newSecrets, type Deployed } from "../support/secrets/deployment";
import { filesInImage } from "../support/secrets/disk";
import { temporaryFolder } from "../support/temporary";

/**
 * Leaves in the system what an installer and careless people leave: copies of the kickstart, logs, also compressed ones,
 * a history, a temporary file, all of them surely on the disk.
 */
const LEFTOVERS = `
%post --erroronfail
printf %s '@@secret:API_TOKEN@@' | sha256sum > /etc/api-token.sha256
mkdir -p /var/log/anaconda /tmp/hidden
cat > /root/anaconda-ks.cfg <<'END'
rootpw --iscrypted @@secret:ROOT_HASH@@
user --name=admin --plaintext --password=@@secret:USER_PASSWORD@@
url --url=http://mirror:@@secret:REPO_PASSWORD@@@mirror.invalid/os/
token=@@secret:API_TOKEN@@
END
for copy in /root/original-ks.cfg /var/log/anaconda/packaging.log /var/log/dnf.log /tmp/hidden/.ks; do
  cp /root/anaconda-ks.cfg "$copy"
done
gzip -c /root/anaconda-ks.cfg > /var/log/syslog.2.gz
base64 /root/anaconda-ks.cfg > /var/tmp/ks.b64
cp /root/anaconda-ks.cfg /root/.bash_history
sync
%end
`;

/** The journal compresses what is longer than 512 bytes. */
const JOURNAL = `#!/bin/sh
set -eu
systemd-cat -t short cat /root/anaconda-ks.cfg
{ printf '%0600d ' 0; tr '\\n' ' ' < /root/anaconda-ks.cfg; } | systemd-cat -t long
cp /root/anaconda-ks.cfg "$HOME/notes"
journalctl --sync
journalctl --flush
sync
`;

describe("a deploy of an installed system with secrets of every kind", () => {
  const folder = temporaryFolder("secrets");
  const secrets = newSecrets();
  const asked: string[] = [];
  let mirror: Server;
  let deployed: Deployed;

  beforeAll(async () => {
    const { iso, sha256 } = demoMedium();
    const archive = join(folder, "rootfs.tar");
    copyFromMedium(iso, "rootfs.tar", archive);
    mirror = createServer((request, response) => {
      asked.push(Buffer.from(request.headers.authorization?.split(" ")[1] ?? "", "base64").toString());
      response.end(readFileSync(archive));
    });
    await new Promise<void>((listens) => mirror.listen(0, "127.0.0.1", listens));
    const { port } = mirror.address() as AddressInfo;
    const kickstart = demoKickstart()
      .replace(/^liveimg .*$/m, `liveimg --url=http://mirror:@@secret:REPO_PASSWORD@@@10.0.2.2:${port}/rootfs.tar`)
      .replace(/^rootpw .*$/m, "rootpw --iscrypted @@secret:ROOT_HASH@@")
      .replace(/^user --name=admin .*$/m, "$& --plaintext --password=@@secret:USER_PASSWORD@@");
    deployed = await deployWithCanaries(
      { image: "demo", iso, sha256, kickstart: `${kickstart}${LEFTOVERS}`, provisioner: JOURNAL },
      secrets,
      "cdktf",
    );
  }, 900_000);
  afterAll(() => {
    mirror.close();
  });

  it("leaves none of them in a place that is not allowed", () => {
    expect(leaks(deployed.finds)).toEqual([]);
  });

  it("used them: the mirror got its password, and the hash is in /etc/shadow", () => {
    expect(asked).toEqual([`mirror:${secrets.REPO_PASSWORD}`]);
    expect(deployed.finds.map(({ canary, place }) => [canary, place])).toContainEqual(["ROOT_HASH", "/etc/shadow"]);
  });

  it("has a secret in every place that the list allows", () => {
    const idle = ALLOWED.filter(
      ({ canary, place }) => !deployed.finds.some((find) => find.canary === canary && place.test(find.place)),
    );
    expect(idle.map(({ canary, place }) => [canary, place.source])).toEqual([]);
  });

  it("made secrets of its own, and they were searched for too", () => {
    const made = new Set(deployed.watch.madeByBuild.map(({ name }) => name));
    expect([...made].sort()).toEqual(["VNC password", "build key", "kickstart path"]);
  });

  it("works in a folder of its own, with nothing in an environment that others can read", () => {
    expect([...deployed.watch.workFolderModes]).toEqual(["700"]);
    expect([...deployed.watch.openEnvironments]).toEqual([]);
  });

  it("leaves no journal in the image", () => {
    expect(filesInImage(deployed.image, "/var/log")).toContain("wtmp");
    expect(filesInImage(deployed.image, "/var/log/journal")).toEqual([]);
  });

  it("warns of the state, which other users can read", () => {
    expect(deployed.output).toMatch(/warning: other users of this machine can read the Terraform state/);
  });
});
