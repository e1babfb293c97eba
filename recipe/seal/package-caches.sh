#!/bin/sh
# Removes what package managers downloaded: the index is stale by the time that the image is used.
set -eu
rm -rf /var/cache/dnf/* /var/cache/libdnf5/* /var/cache/yum/* /var/cache/PackageKit/* \
  /var/cache/apt/archives/*.deb /var/cache/apt/*.bin /var/lib/apt/lists/*
