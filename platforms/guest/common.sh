# What the scripts beside this file share. Each of them runs as root in the installed system, before it is sealed, and
# changes nothing that is there already.

# refuse REASON: ends the export with this reason.
refuse() {
  echo "os-images: refused: $*"
  exit 1
}

# kernel_arguments ARGUMENT...: puts those that are missing at the end of the kernel line, of this kernel and of later ones.
kernel_arguments() {
  found=no
  # GRUB of EL 8 keeps the line of all entries here.
  if command -v grub2-editenv >/dev/null && line=$(grub2-editenv - list | grep '^kernelopts='); then
    grub2-editenv - set "$(echo "$line" | added_to kernelopts= "$@")"
    found=yes
  fi
  for file in /boot/loader/entries/*.conf /efi/loader/entries/*.conf /boot/efi/loader/entries/*.conf; do
    rewrite "$file" options "$@"
  done
  rewrite /boot/extlinux/extlinux.conf append "$@"
  # What later kernels get. It starts nothing by itself.
  entries=$found
  rewrite /etc/kernel/cmdline "" "$@"
  rewrite /etc/default/grub GRUB_CMDLINE_LINUX= "$@"
  found=$entries
  # GRUB of EL 7, and of Debian, has its entries in one file that is made anew.
  if [ $found = no ] && [ -e /etc/default/grub ]; then
    for config in /boot/grub2/grub.cfg /boot/grub/grub.cfg /boot/efi/EFI/*/grub.cfg; do
      [ -e "$config" ] || continue
      "$(command -v grub2-mkconfig || command -v grub-mkconfig)" -o "$config" && found=yes
    done
  fi
  [ $found = yes ] || refuse "no configuration of GRUB, systemd-boot or extlinux has a kernel line for $*"
}

# rewrite FILE WORD ARGUMENT...: does so in the lines of a file that begin with this word, if there is such a file.
rewrite() {
  [ -f "$1" ] || return 0
  file=$1 word=$2
  shift 2
  added_to "$word" "$@" <"$file" >"$file.new"
  # Into the same file, which keeps its owner, mode and label.
  cat "$file.new" >"$file"
  rm "$file.new"
  found=yes
}

# added_to WORD ARGUMENT...: the input, with the missing arguments at the end of each line that begins with this word.
added_to() {
  word=$1
  shift
  awk -v word="$word" -v wanted="$*" '
    {
      start = $0
      sub(/^[ \t]+/, "", start)
      given = substr(start, length(word) + 1)
      if (start != "" && tolower(substr(start, 1, length(word))) == tolower(word) && index(given, "$kernelopts") == 0) {
        quote = sub(/"[ \t]*$/, "") ? "\"" : ""
        gsub(/"/, " ", given)
        count = split(wanted, words, " ")
        for (i = 1; i <= count; i++) {
          if (index(" " given " ", " " words[i] " ") == 0) $0 = $0 ($0 ~ /["= ]$/ ? "" : " ") words[i]
        }
        $0 = $0 quote
      }
      print
    }'
}

# drivers FILE NAME...: each kernel has these drivers, and they are in its initramfs. FILE is the name of what says so to dracut.
drivers() {
  name=$1
  shift
  missing=""
  for modules in /lib/modules/*/; do
    version=$(basename "$modules")
    [ -e "/boot/vmlinuz-$version" ] || [ -e "$modules/vmlinuz" ] || continue
    for driver in "$@"; do
      file="/$(echo "$driver" | sed 's/[-_]/[-_]/g')[.]ko"
      grep -qs "$file" "$modules/modules.builtin" && continue
      grep -qs "^[^:]*$file" "$modules/modules.dep" ||
        refuse "kernel $version has no driver $driver: add the package that has it to the kickstart, or take another kernel"
      missing="$missing $driver"
    done
  done
  [ -n "$missing" ] || return 0
  if command -v dracut >/dev/null; then
    echo "add_drivers+=\" $* \"" >"/etc/dracut.conf.d/$name.conf"
    dracut --force --regenerate-all
  elif command -v update-initramfs >/dev/null; then
    for driver in "$@"; do
      grep -qx "$driver" /etc/initramfs-tools/modules || echo "$driver" >>/etc/initramfs-tools/modules
    done
    update-initramfs -u -k all
  else
    echo "os-images: this system's initramfs is made by neither dracut nor initramfs-tools, and stays as it is"
  fi
}
