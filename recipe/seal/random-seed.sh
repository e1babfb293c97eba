#!/bin/sh
# Removes the saved seed of the random number generator. The service would save one as it stops, which it does not do: the
# system ends without stopping its services.
set -eu
rm -f /var/lib/systemd/random-seed /var/lib/random-seed /boot/loader/random-seed /boot/efi/loader/random-seed
