#!/bin/sh
# Removes temporary files, hidden ones too.
set -eu
find /tmp /var/tmp -xdev -mindepth 1 -delete 2>/dev/null || true
