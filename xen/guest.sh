#!/bin/sh
# Works on a Xen host for one guest. `os-images` sends it over SSH: guest.sh VERB FOLDER NAME OWNER [ARGUMENT ...]
#
#   status                  prints what the guest's disk and the guest were made for, and "-" for what is not there
#   receive BASE NEEDED     has the image's disk on this host
#   disk BASE NEEDED ID     gives the guest a copy of it as its own disk
#   start ID DEFINITION     runs the guest by this definition
#   remove                  stops the guest and removes its disk
#
# Below FOLDER: images/BASE/disk.raw is an image, images/BASE/users/NAME a guest that is going to be made from it, and
# guests/NAME/ has the guest's owner, disk.raw, disk.id, base, guest.cfg and running.id. An image whose disk is missing is
# asked for by "send" on standard output, and comes as a tar on standard input.
set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
verb=$1 folder=$2 name=$3 owner=$4
shift 4
guest=$folder/guests/$name
umask 077

# How long a guest may take to shut down, in seconds.
patience=60

fail() {
  echo "error: $*" >&2
  exit 1
}

exists() { xl domid "$name" >/dev/null 2>&1; }

# Whether the guest that runs under this name has this guest's disk.
runs_ours() { xl list -l "$name" 2>/dev/null | grep -Fq "\"$guest/disk.raw\""; }

recorded() { cat "$guest/$1" 2>/dev/null || echo -; }

require_owner() {
  if [ -f "$guest/owner" ] && [ "$(cat "$guest/owner")" != "$owner" ]; then
    fail "the guest \"$name\" of this host belongs to another deployment: write another name"
  fi
  if exists && ! runs_ours; then
    fail "a guest \"$name\" runs on this host that no deployment made: write another name, or stop it (xl destroy $name)"
  fi
}

status() {
  require_owner
  if [ -f "$guest/disk.raw" ]; then recorded disk.id; else echo -; fi
  if exists; then recorded running.id; else echo -; fi
}

# Images are several guests' matter: one process at a time works on them.
lock_images() {
  exec 9>"$folder/lock"
  flock 9
}

# The image's disk, complete or not at all.
get_base() {
  lock_images
  base=$folder/images/$1
  mkdir -p "$base/users"
  : >"$base/users/$name"
  [ -f "$base/disk.raw" ] && return
  free=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt "$2" ] || fail "$folder of this host has $((free / 1024)) MiB free, and the image needs $(($2 / 1024)) MiB"
  part=$folder/images/$1/part
  rm -rf "$part"
  mkdir "$part"
  trap 'rm -rf "$part"' EXIT
  echo send
  tar -xzf - -C "$part" || fail "the image did not arrive whole: deploy again"
  chmod 0400 "$part"/*
  mv "$part"/* "$base/disk.raw"
  rmdir "$part"
  trap - EXIT
}

# Takes the guest off all images but these, and removes images that no guest is going to be made from.
release() {
  lock_images
  for other in "$folder"/images/*/; do
    other=${other%/}
    case ${other##*/} in "$1" | "$2") continue ;; esac
    drop "$other"
  done
}

drop() {
  rm -f "$1/users/$name"
  if rmdir "$1/users" 2>/dev/null; then rm -rf "$1"; fi
}

receive() {
  get_base "$@"
  release "$1" "$(recorded base)"
}

disk() {
  require_owner
  if [ "$(recorded base)" = "$1" ] && [ "$(recorded disk.id)" = "$3" ] && [ -f "$guest/disk.raw" ]; then return; fi
  stop
  rm -rf "$guest"
  get_base "$1" "$2"
  mkdir -p "$guest"
  echo "$owner" >"$guest/owner"
  cp --sparse=always --reflink=auto "$folder/images/$1/disk.raw" "$guest/disk.part"
  chmod 0600 "$guest/disk.part"
  mv "$guest/disk.part" "$guest/disk.raw"
  echo "$1" >"$guest/base"
  echo "$3" >"$guest/disk.id"
  release "$1" "$1"
}

start() {
  require_owner
  [ -f "$guest/disk.id" ] || fail "the guest \"$name\" has lost its disk on this host: deploy again, which makes it anew"
  if exists && [ "$(printf %s "$2")" = "$(cat "$guest/guest.cfg")" ]; then
    echo "$1" >"$guest/running.id"
    return
  fi
  stop
  printf '%s\n' "$2" >"$guest/guest.cfg"
  left=$(xl info | awk '$1 == "free_memory" { print $3 }')
  xl create -q "$guest/guest.cfg" >"$guest/create.log" 2>&1 || not_started
  echo "$1" >"$guest/running.id"
}

# pygrub's own words are in a log that xl names.
not_started() {
  if grep -Eiq 'out of memory|cannot allocate memory|free memory for the domain' "$guest/create.log"; then
    needed=$(sed -n 's/^memory = //p' "$guest/guest.cfg")
    fail "the guest \"$name\" needs $needed MiB of memory, and this host has $left MiB left: write a smaller memoryMiB, or stop another guest"
  fi
  reason=$(grep -v '^Parsing config' "$guest/create.log" | head -n 4)
  log=$(grep -o '/var/log/xen/bootloader[^ ]*log' "$guest/create.log" | head -n 1)
  [ -z "$log" ] || reason="$reason
$(tail -n 3 "$log")"
  fail "xl does not start the guest \"$name\": $reason"
}

stop() {
  rm -f "$guest/running.id"
  exists || return 0
  # Without PV drivers a guest hears no request: then the power button is pressed.
  xl shutdown -F "$name" >/dev/null 2>&1 || true
  while exists && [ "$patience" -gt 0 ]; do
    sleep 1
    patience=$((patience - 1))
  done
  ! exists || xl destroy "$name"
}

remove() {
  [ "$(recorded owner)" = "$owner" ] || return 0
  base=$(recorded base)
  if exists && runs_ours; then stop; fi
  rm -rf "$folder/removed/$name"
  mkdir -p "$folder/removed"
  mv "$guest" "$folder/removed/$name"
  rm -rf "$folder/removed/$name"
  lock_images
  drop "$folder/images/$base"
}

command -v xl >/dev/null || fail "this host has no xl: install Xen's tools (Debian: xen-system-amd64) and start it under Xen"
xl info >/dev/null 2>&1 || fail "this host does not run under Xen, or the user is not root: $(xl info 2>&1 | tail -n 1)"
[ "$verb" = status ] || mkdir -p "$folder/images" "$folder/guests"
"$verb" "$@"
