#!/bin/sh
# Removes the build's login: key, sudo rules, and the user with all that a user leaves behind. A user that was there before
# the build brought its own login stays, without key and rule.
set -eu
[ -n "$BUILD_USER" ] || exit 0
rule=/etc/sudoers.d/zz-os-images-build
home=$(getent passwd "$BUILD_USER" | cut -d: -f6)

if [ -e "$rule" ] && [ "$(getent passwd "$BUILD_USER" | cut -d: -f5)" != 'os-images build' ]; then
  rm "$rule"
  sed -i '/^# os-images: the key of the build$/,+1d' "$home/.ssh/authorized_keys"
  [ -s "$home/.ssh/authorized_keys" ] || rm "$home/.ssh/authorized_keys"
  rmdir --ignore-fail-on-non-empty "$home/.ssh"
  exit 0
fi

if [ "$(id -u "$BUILD_USER")" = 0 ]; then
  echo "the build's user $BUILD_USER is root by another name, and is not removed: name another user in the image's login" >&2
  exit 1
fi

# Rules for this user alone go, in any file; continued lines are joined first. A file without any other rule goes too.
for file in /etc/sudoers /etc/sudoers.d/*; do
  grep -q "$BUILD_USER" "$file" 2>/dev/null || continue
  sed -i -e ':join' -e '/\\$/{N;s/\\\n//;b join' -e '}' \
    -e "/^[[:space:]]*\(Defaults:\)\{0,1\}${BUILD_USER}[[:space:]]/d" "$file"
  if grep -Eq "^[[:space:]]*(User_Alias.*[^a-z0-9_-]|[^#=]*,[[:space:]]*)?${BUILD_USER}([[:space:],]|\$)" "$file"; then
    echo "$file has a rule for $BUILD_USER among other users, which sealing cannot take out: give it a line of its own" >&2
    exit 1
  fi
  [ "$file" = /etc/sudoers ] || grep -Eqv '^[[:space:]]*(#|$)' "$file" || rm "$file"
done

# A home that another user has too stays.
remove=--remove
if cut -d: -f1,6 /etc/passwd | grep -v "^$BUILD_USER:" | grep -qx "[^:]*:$home"; then remove=; fi
userdel --force $remove "$BUILD_USER" || true
if getent passwd "$BUILD_USER" >/dev/null; then
  echo "the build's user $BUILD_USER cannot be removed" >&2
  exit 1
fi
rm -rf "/var/spool/mail/$BUILD_USER" "/var/spool/cron/$BUILD_USER" "/var/spool/cron/crontabs/$BUILD_USER" \
  "/var/lib/systemd/linger/$BUILD_USER" "/var/lib/AccountsService/users/$BUILD_USER"
rm -rf /var/lib/sudo/lectured/* /var/lib/sudo/ts/* /var/db/sudo/lectured/*

# What the tools keep of each file before its last change still has the user.
for file in passwd shadow group gshadow subuid subgid; do
  [ ! -e "/etc/$file-" ] || cat "/etc/$file" >"/etc/$file-"
done
