#!/bin/sh
# Installs the packages in a folder, those that are there already left out.
set -eu
export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin
dpkg --install --skip-same-version --refuse-downgrade /var/tmp/packages/*.deb
rm -r /var/tmp/packages
