/** What to do about an error of Terraform's or of a provider's that does not say it, as a provider's messages seldom do. */
interface Remedy {
  /** What the error has in it. */
  readonly sign: RegExp;
  readonly remedy: string;
}

const REMEDIES: readonly Remedy[] = [
  {
    sign: /failed to (dial libvirt|connect: dial)|dial unix \S*libvirt-sock/,
    remedy:
      "libvirtd does not answer at the machines' `uri`: start it (systemctl start libvirtd, without systemd: " +
      "virtlogd -d; libvirtd -d), and see that this user may use its socket (group libvirt)",
  },
  {
    sign: /No space left on device|enospc/i,
    remedy:
      "a disk is full, as a rule the hypervisor's below `poolPath`: make room there and deploy again. What runs was not " +
      "touched",
  },
  {
    sign: /storage pool '(\S+)' already exists/,
    remedy:
      "the hypervisor has a pool of this name that is not in this state: another app's, or this one's of a state that is " +
      "lost. Give the machines another id, or remove what nobody needs any more: docs/libvirt.md has the commands",
  },
  {
    sign: /network '?(\S+)'? already exists|Network is already in use by interface/i,
    remedy:
      "the hypervisor has a network of this name or with these addresses that is not in this state: write another `network` " +
      "for the machines, or remove the other (virsh net-list --all, net-destroy, net-undefine)",
  },
  {
    sign: /open \S+: no such file or directory \(libvirt_volume|error while (determining image type for|uploading source)/,
    remedy:
      "the image is not in the store any more, or not whole: deploy again with the image's stack, which builds it anew",
  },
  {
    sign: /domaintype=kvm|does not support virt type 'kvm'|kvm domain on \S+ host is not supported/,
    remedy: 'the hypervisor has no KVM: write domainType: "qemu" for the machines, which emulates',
  },
  {
    sign: /"(xsltproc|mkisofs)": executable file not found/,
    remedy: "the libvirt provider starts this program on this host: run `npx os-images setup --libvirt`",
  },
  {
    sign: /dmacvicar\/libvirt[\s\S]*(match the given version constraint|no available releases|~> 0\.8)/,
    remedy:
      "os-images makes machines with releases 0.8.x of dmacvicar/libvirt, as 0.9 has other resources: allow 0.8.3 in your " +
      "mirror and in .terraform.lock.hcl, or run `npx os-images setup --libvirt`, which makes it",
  },
  {
    sign: /hashicorp\/external[\s\S]*(could not connect|failed to request|no available releases|not found)/,
    remedy:
      "guests of a Xen host need this provider, and no registry or mirror that Terraform asks has it: run " +
      "`npx os-images setup --xen`, which makes it",
  },
  {
    sign: /couldn't retrieve IP address of domain/,
    remedy:
      "the machine started and asked for no address in time: look at its console (virsh console NAME) and at its log on " +
      "the hypervisor, /var/log/libvirt/qemu/NAME-console.log. The next deploy makes it anew",
  },
];

/** What to do about an error, if it is one that does not say so itself. */
export function remedyOf(error: string): string | undefined {
  return REMEDIES.find(({ sign }) => sign.test(error))?.remedy;
}
