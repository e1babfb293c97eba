#!/bin/sh
# Lets cloud-init take the next start for the first one.
set -eu
rm -rf /var/lib/cloud/* /var/log/cloud-init.log /var/log/cloud-init-output.log
