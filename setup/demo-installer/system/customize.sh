#!/bin/sh
# Makes Debian's packages the demo's image: mmdebstrap runs this with the root file system's folder.
set -eu
root=$1

# As on RHEL, /bin/sh is bash: kickstart scripts without --interpreter are written for it.
ln -sf bash "$root/usr/bin/sh"
chroot "$root" groupadd -f -r wheel
chroot "$root" systemctl enable systemd-networkd.service systemd-resolved.service ssh.service
# Nothing waits for these: they only take time from the start.
chroot "$root" systemctl disable systemd-networkd-wait-online.service e2scrub_reap.service
chroot "$root" systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer systemd-machine-id-commit.service
chroot "$root" systemctl mask dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount \
  modprobe@dm_mod.service modprobe@drm.service modprobe@efi_pstore.service
chroot "$root" systemctl set-default multi-user.target
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

# What each machine makes for itself.
rm -f "$root"/etc/ssh/ssh_host_*_key* "$root/var/lib/systemd/random-seed" "$root/etc/hostname"
: > "$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id"

# Names of PCI and USB devices: 20 MB, and time at every start.
rm -rf "$root/usr/lib/udev/hwdb.d" "$root/usr/lib/udev/hwdb.bin" "$root/etc/udev/hwdb.bin"

# What would differ from one run to the next.
rm -rf "$root"/var/cache/* "$root"/var/log/* "$root"/var/lib/apt/lists/* "$root"/tmp/* "$root"/var/lib/dpkg/*-old "$root"/etc/*-
