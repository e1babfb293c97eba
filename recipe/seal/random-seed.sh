#!/bin/sh
# Removes the saved seed of the random number generator, and keeps the shutdown from saving another one.
set -eu
mkdir -p /run/systemd/system
ln -sf /dev/null /run/systemd/system/systemd-random-seed.service
systemctl daemon-reload
rm -f /var/lib/systemd/random-seed /var/lib/random-seed /boot/loader/random-seed /boot/efi/loader/random-seed
