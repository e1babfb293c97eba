#!/bin/sh
# Removes the user that only the build logged in as, with its sudo rule and its key.
set -eu
[ -n "$BUILD_USER" ] || exit 0
rm -f "/etc/sudoers.d/$BUILD_USER"
userdel --force --remove "$BUILD_USER" 2>/dev/null || userdel --force "$BUILD_USER"
