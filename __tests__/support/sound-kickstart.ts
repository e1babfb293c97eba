import type { ImageContext } from "../../kickstart/checks/context";

/** A kickstart in which no check finds anything, for the image below. */
export const SOUND = `#version=RHEL9
text
url --url=http://mirror.example.com/9/BaseOS/
lang en_US.UTF-8
keyboard us
timezone Etc/UTC --utc
network --bootproto=dhcp --device=link --activate
rootpw --lock
user --name=packer
sshkey --username=packer "@@ssh_key@@"
firewall --enabled --service=ssh
services --enabled=sshd
zerombr
clearpart --all --initlabel --drives=vda
bootloader --boot-drive=vda
part /boot --fstype=xfs --size=1024 --ondisk=vda
part pv.01 --size=4096 --grow --ondisk=vda
volgroup system pv.01
logvol / --vgname=system --name=root --size=3072
reboot

%packages
@^minimal-environment
sudo
%end

%post --erroronfail
echo 'packer ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/packer
chmod 0440 /etc/sudoers.d/packer
%end
`;

/** The image that the sound kickstart is for; its release is Rocky Linux 9. */
export const IMAGE: ImageContext = {
  diskInterface: "virtio",
  firmware: "bios",
  memoryMiB: 2048,
  diskMiB: 10240,
  delivery: "http",
  login: { kind: "buildKey", username: "packer" },
  bootLine: "",
};
