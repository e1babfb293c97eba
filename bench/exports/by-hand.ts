import { timed } from "../measure";

/** The names of the image's files, in `$disk`, and the folder `$out`. */
const START = 'set -euo pipefail; disk=$1 out=$2; cd "$out"';

/** How a careful person makes each platform's file from a qcow2, with its checksum. */
const COMMANDS: Readonly<Record<string, string>> = {
  libvirt: 'qemu-img convert -O qcow2 -c -o compression_type=zstd "$disk" web.qcow2; sha256sum web.qcow2',
  xen: 'qemu-img convert -O raw "$disk" web.raw; sha256sum web.raw',
  azure: `qemu-img convert -O raw "$disk" web.raw
    bytes=$(stat -c %s web.raw)
    qemu-img resize -q -f raw web.raw $(((bytes + 1048575) / 1048576 * 1048576))
    qemu-img convert -f raw -O vpc -o subformat=fixed,force_size=on web.raw web.vhd
    rm web.raw; sha256sum web.vhd`,
  google: `qemu-img convert -O raw "$disk" disk.raw
    bytes=$(stat -c %s disk.raw)
    truncate -s $(((bytes + 1073741823) / 1073741824 * 1073741824)) disk.raw
    tar --format=oldgnu -Sczf web.tar.gz disk.raw; rm disk.raw; sha256sum web.tar.gz`,
  aws: `qemu-img convert -O vmdk -o subformat=streamOptimized,adapter_type=lsilogic "$disk" web.vmdk; sha256sum web.vmdk`,
  vmware: `qemu-img convert -O vmdk -o subformat=streamOptimized,adapter_type=lsilogic "$disk" web-disk1.vmdk
    echo '<Envelope/>' > web.ovf
    sha256sum --tag web.ovf web-disk1.vmdk > web.mf
    tar --format=ustar -cf web.ova web.ovf web.mf web-disk1.vmdk; rm web-disk1.vmdk; sha256sum web.ova`,
  vagrant: `qemu-img convert -O qcow2 -c "$disk" box.img
    echo '{"provider":"libvirt","format":"qcow2","virtual_size":2}' > metadata.json
    echo 'Vagrant.configure("2") { |config| }' > Vagrantfile
    tar czf web.box metadata.json Vagrantfile box.img; rm box.img; sha256sum web.box`,
  "bare-metal": 'qemu-img convert -O raw "$disk" web.raw; zstd -q -T0 --rm web.raw; sha256sum web.raw.zst',
};

/** Seconds that it takes by hand. */
export async function byHand(platform: string, disk: string, folder: string): Promise<number> {
  const script = `${START}\n${COMMANDS[platform]}`;
  return (await timed({ program: "bash", words: ["-c", script, "bash", disk, folder] })).seconds;
}
