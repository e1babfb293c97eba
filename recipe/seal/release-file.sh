#!/bin/sh
# Writes to /etc/os-images-release which image this is. The builder puts the lines in as it starts a build.
set -eu
printf '%s\n' @@os-images:release@@ >/etc/os-images-release
