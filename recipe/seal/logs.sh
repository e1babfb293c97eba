#!/bin/sh
# Empties the logs, and removes journals and rotated ones.
set -eu
rm -rf /var/log/journal/*
find /var/log -xdev -type f \( \( -name '*.gz' -o -name '*.xz' -o -name '*.zst' -o -name '*.old' -o -name '*.[0-9]' \
  -o -name '*-[0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]' \) -delete -o -exec truncate -s 0 {} + \)
