#!/bin/sh
# Stands in for QEMU where the installer's kernel is started directly. QEMU would start `-kernel` again after every reset,
# and the image's own boot loader would never run. So the first machine ends where the guest resets itself, and a
# second one, without kernel and medium's boot order, starts the disk as any other machine would.
#
# OS_IMAGES_QEMU is the real one; OS_IMAGES_STAGES is 1 where the guest powers off instead and nothing is to be started.
# OS_IMAGES_HTTP_PATH takes the place of @@http_path@@ on the kernel's line, which goes to QEMU by a file: everybody on
# this host can read command lines, and who knows the path can fetch the kickstart with its secrets.
set -u
umask 077
case " $* " in
  *" -version "* | *" --version "*) exec "$OS_IMAGES_QEMU" "$@" ;;
esac

# What only the first QEMU is given is taken out of the arguments.
kernel="" initrd="" kernel_line="" boot=""
count=$#
while [ "$count" -gt 0 ]; do
  case $1 in
    -kernel) kernel=$2 ;;
    -initrd) initrd=$2 ;;
    -append) kernel_line=$2 ;;
    -boot) boot=$2 ;;
    *)
      set -- "$@" "$1"
      shift
      count=$((count - 1))
      continue
      ;;
  esac
  shift 2
  count=$((count - 2))
done
case $kernel_line in
  *@@http_path@@*) kernel_line=${kernel_line%%@@http_path@@*}$OS_IMAGES_HTTP_PATH${kernel_line#*@@http_path@@} ;;
esac
printf '[machine]\n  append = "%s"\n' "$kernel_line" >../kernel-line.cfg

"$OS_IMAGES_QEMU" "$@" ${boot:+-boot "$boot"} -kernel "$kernel" -initrd "$initrd" -readconfig ../kernel-line.cfg \
  -no-reboot || exit
[ "$OS_IMAGES_STAGES" != 1 ] || exit 0
exec "$OS_IMAGES_QEMU" "$@"
