#!/bin/sh
# Outlives the builder, in a session of its own, and cleans up after it where it was killed without a chance to do so.
#
#   guard.sh LOCK ID
#
# Standard input is a pipe from the builder. It says "self J", the guard's own identity as JSON, "work D" before it makes
# its work folder (D, which is D.new until it is whole), "group N" before it starts a process group, "ended N" when one
# is gone, "file F" for a file to be removed with it, "done" when it has cleaned up itself. The pipe's end without "done"
# is the builder's death. Every word is answered by "ok", so that nothing is started before the guard knows of it.
#
# The lock at LOCK is removed only if it is still the builder's (ID), and only under the right to do so: the file
# LOCK.ID, which nobody else can make meanwhile, with the guard's identity in it; and so are the files that the builder
# had begun for it (see store/lock.ts).
set -u
lock=$1 id=$2 builder=$PPID
groups=" " files="" work="" self=""
trap '' HUP INT TERM PIPE

while read -r word value; do
  case $word in
    self) self=$value ;;
    work) work=$value ;;
    group) groups="$groups$value " ;;
    ended) groups="${groups%% "$value" *} ${groups#* "$value" }" ;;
    file) files=$value ;;
    done) exit 0 ;;
  esac
  echo ok
done

for group in $groups; do
  kill -s KILL -- "-$group" 2>/dev/null
done
[ -z "$files" ] || rm -f -- "$files"
rm -f -- "$lock.$builder-"*.new
[ -z "$work" ] || rm -rf -- "$work" "$work.new"
if grep -q "$id" "$lock" 2>/dev/null; then
  printf '%s' "$self" > "$lock.$$-guard.new"
  if ln "$lock.$$-guard.new" "$lock.$id" 2>/dev/null; then
    if grep -q "$id" "$lock" 2>/dev/null; then rm -f -- "$lock"; fi
    rm -f -- "$lock.$id"
  fi
  rm -f -- "$lock.$$-guard.new"
fi
