#!/bin/sh
# Empties the machine id, so that each clone gets its own at its first start. Deleted instead, it could not be written
# while the root file system is still read-only: https://www.freedesktop.org/software/systemd/man/latest/machine-id.html
set -eu
: >/etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
