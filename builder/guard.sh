#!/bin/sh
# If the builder dies without a chance to clean up, this process does it. It lives in a session of its own.
#
#   guard.sh LOCK SIGN
#
# LOCK is the image's lock, SIGN the life sign that the builder takes it with (see util/process-lock.js). Standard input
# is a pipe from the builder, with these lines:
#
#   sign     SIGN is up: hold it too, so that nobody takes the lock over before this process is done
#   work D   the work folder D is about to be made (it is D.new until it is whole)
#   group N  the process group N is about to start its work
#   ended N  it is gone
#   file F   F is to be removed with the builder
#   done     the builder has cleaned up itself
#
# The pipe's end without "done" is the builder's death. Every line is answered by "ok", so that nothing is started before
# the guard knows of it.
set -u
lock=$1 sign=$2
groups=" " file="" work=""
trap '' HUP INT TERM PIPE

while read -r word value; do
  case $word in
    sign) exec 3<>"$sign" ;;
    work) work=$value ;;
    group) groups="$groups$value " ;;
    ended) groups="${groups%% "$value" *} ${groups#* "$value" }" ;;
    file) file=$value ;;
    done) exit 0 ;;
  esac
  echo ok
done

for group in $groups; do
  kill -s KILL -- "-$group" 2>/dev/null
done
[ -z "$file" ] || rm -f -- "$file" "$file.new"
[ -z "$work" ] || rm -rf -- "$work" "$work.new"
# The lock, and the right to take it over from a builder that had died before.
for link in "$lock" "$lock".*; do
  [ "$(readlink -- "$link" 2>/dev/null)" != "${sign##*/}" ] || rm -f -- "$link"
done
rm -f -- "$sign" "$sign.new"
