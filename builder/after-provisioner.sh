#!/bin/sh
# Runs on the build host after a provisioner: tells the builder, and waits until it has begun to copy the disk.
: >"../provisioner-$OS_IMAGES_PROVISIONER.ended"
until [ -e "../provisioner-$OS_IMAGES_PROVISIONER.taken" ]; do sleep 0.02; done
