# A Xen guest: its console, and the drivers of its disk and network.
kernel_arguments console=hvc0
drivers os-images-xen xen-blkfront xen-netfront
