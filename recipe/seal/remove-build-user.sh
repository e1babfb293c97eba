#!/bin/sh
# Removes the build's login: key, sudo rules, and the user with all that a user leaves behind. A user that was there before
# the build brought its own login stays, without key and rule. It starts few programs: where the guest is emulated, each
# costs a twentieth of a second and more.
set -eu
[ -n "$BUILD_USER" ] || exit 0
rule=/etc/sudoers.d/zz-os-images-build
IFS=: read -r _ _ uid _ comment home _ <<USER
$(getent passwd "$BUILD_USER")
USER

if [ -e "$rule" ] && [ "$comment" != 'os-images build' ]; then
  rm "$rule"
  sed -i '/^# os-images: the key of the build$/,+1d' "$home/.ssh/authorized_keys"
  [ -s "$home/.ssh/authorized_keys" ] || rm "$home/.ssh/authorized_keys"
  rmdir --ignore-fail-on-non-empty "$home/.ssh"
  exit 0
fi

if [ "$uid" = 0 ]; then
  echo "the build's user $BUILD_USER is root by another name, and is not removed: name another user in the image's login" >&2
  exit 1
fi

# Rules for this user alone go, in any file; continued lines are joined first. A file without any other rule goes too.
rm -f "$rule"
grep -ls "$BUILD_USER" /etc/sudoers /etc/sudoers.d/* | while IFS= read -r file; do
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
while IFS=: read -r name _ _ _ _ directory _; do
  [ "$directory" != "$home" ] || [ "$name" = "$BUILD_USER" ] || remove=
done </etc/passwd
userdel --force $remove "$BUILD_USER" || true
if getent passwd "$BUILD_USER" >/dev/null; then
  echo "the build's user $BUILD_USER cannot be removed" >&2
  exit 1
fi
rm -rf "/var/spool/mail/$BUILD_USER" "/var/spool/cron/$BUILD_USER" "/var/spool/cron/crontabs/$BUILD_USER" \
  "/var/lib/systemd/linger/$BUILD_USER" "/var/lib/AccountsService/users/$BUILD_USER" \
  /var/lib/sudo/lectured/* /var/lib/sudo/ts/* /var/db/sudo/lectured/*

# What the tools keep of each file before its last change still has the user.
for file in passwd shadow group gshadow subuid subgid; do
  [ -e "/etc/$file-" ] || continue
  while IFS= read -r line; do printf '%s\n' "$line"; done <"/etc/$file" >"/etc/$file-"
done
