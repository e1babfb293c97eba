#!/bin/sh
# Removes the saved seed of the random number generator. The service saves one when it stops, so it is stopped first.
set -eu
systemctl stop systemd-random-seed.service
rm -f /var/lib/systemd/random-seed /var/lib/random-seed /boot/loader/random-seed /boot/efi/loader/random-seed
