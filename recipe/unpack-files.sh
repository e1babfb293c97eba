#!/bin/sh
# Unpacks the archive of Provisioner.files() in the installed system, as root.
#
#   ARCHIVE  the archive, which is removed
#   TARGET   folder that its files go to; folders that are there keep their owner and mode
#   OWNER    user or user:group
set -eu
trap 'rm -f "$ARCHIVE"' EXIT
if ! getent passwd "${OWNER%%:*}" >/dev/null; then
  echo "os-images: the installed system has no user \"${OWNER%%:*}\"" >&2
  exit 1
fi
case $OWNER in
  *:*)
    if ! getent group "${OWNER#*:}" >/dev/null; then
      echo "os-images: the installed system has no group \"${OWNER#*:}\"" >&2
      exit 1
    fi
    ;;
esac
mkdir -p "$TARGET"
tar -x -p --same-owner --no-overwrite-dir -f "$ARCHIVE" -C "$TARGET"
if command -v restorecon >/dev/null; then
  tar -t -f "$ARCHIVE" | while IFS= read -r path; do restorecon "$TARGET/$path"; done
fi
