#!/bin/sh
# Forgets leases, names and addresses of the build machine's network card.
set -eu
rm -rf /etc/udev/rules.d/70-persistent-net.rules /etc/udev/rules.d/75-persistent-net-generator.rules \
  /var/lib/dhclient/* /var/lib/dhcp/* /var/lib/dhcpcd/* /var/lib/systemd/network/* \
  /var/lib/NetworkManager/*.lease /var/lib/NetworkManager/secret_key /var/lib/NetworkManager/seen-bssids \
  /var/lib/NetworkManager/timestamps
for file in /etc/sysconfig/network-scripts/ifcfg-*; do
  [ -f "$file" ] && [ "${file##*-}" != lo ] && sed -i -e '/^HWADDR=/d' -e '/^UUID=/d' "$file"
done
true
