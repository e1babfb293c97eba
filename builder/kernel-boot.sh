#!/bin/sh
# Stands in for QEMU where the installer's kernel is started directly. QEMU would start `-kernel` again after every reset,
# and the image's own boot loader would never run. So the first machine ends where the guest resets itself, and a
# second one, without kernel and medium's boot order, starts the disk as any other machine would.
#
# OS_IMAGES_QEMU is the real one; OS_IMAGES_STAGES is 1 where the guest powers off instead and nothing is to be started.
set -u
case " $* " in
  *" -version "* | *" --version "*) exec "$OS_IMAGES_QEMU" "$@" ;;
esac

"$OS_IMAGES_QEMU" "$@" -no-reboot || exit
[ "$OS_IMAGES_STAGES" != 1 ] || exit 0

count=$#
while [ "$count" -gt 0 ]; do
  case $1 in
    -kernel | -initrd | -append | -boot)
      shift 2
      count=$((count - 2))
      ;;
    *)
      set -- "$@" "$1"
      shift
      count=$((count - 1))
      ;;
  esac
done
exec "$OS_IMAGES_QEMU" "$@"
