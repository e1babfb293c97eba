#!/bin/sh
# Starts virtlogd and libvirtd with all that they keep in FOLDER, and their own view of the folders whose names are compiled in.
# Run it in a mount namespace and a network namespace of its own.
set -eu
folder=$1
for hidden in /run/libvirt /etc/libvirt/qemu /etc/libvirt/storage /etc/libvirt/secrets /etc/libvirt/nwfilter; do
  mkdir -p "$hidden"
  mount -t tmpfs tmpfs "$hidden"
done
mkdir -p "$folder/lib" "$folder/log" "$folder/sockets" "$folder/sys"
ip link set lo up
# libvirt sets up bridges by files of sysfs, which shows the network namespace in which it was mounted.
mount -t sysfs sysfs "$folder/sys"
for part in class/net devices/virtual/net; do
  mount --bind "$folder/sys/$part" "/sys/$part"
done
# Machines are emulated. A KVM that root's emulators may open and others may not makes libvirt ask every emulator what it can
# do, again and again: "KVM was enabled when probing, but it is not available now".
if [ -e /dev/kvm ]; then
  (umask 077 && : > "$folder/no-kvm")
  mount --bind "$folder/no-kvm" /dev/kvm
fi
# An emulator's own view of /dev cannot be made of one that has a mount in it.
echo 'namespaces = []' > "$folder/qemu.conf"
mount --bind "$folder/qemu.conf" /etc/libvirt/qemu.conf
mount --bind "$folder/lib" /var/lib/libvirt
mount --bind "$folder/log" /var/log/libvirt/qemu
cat > "$folder/libvirtd.conf" <<CONF
unix_sock_dir = "$folder/sockets"
auth_unix_rw = "none"
unix_sock_rw_perms = "0700"
CONF
virtlogd --daemon --pid-file "$folder/virtlogd.pid"
libvirtd --daemon --config "$folder/libvirtd.conf" --pid-file "$folder/libvirtd.pid"
