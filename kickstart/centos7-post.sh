# Xen guests need their block and network drivers at boot, whichever host built the image.
cat > /etc/dracut.conf.d/xen.conf <<'CONF'
add_drivers+=" xen-blkfront xen-netfront virtio_blk virtio_net virtio_pci "
CONF
for kernel in /lib/modules/*; do
    dracut --force "/boot/initramfs-${kernel##*/}.img" "${kernel##*/}"
done
yum --assumeyes update
yum clean all
rm -f /root/ks-post.log
