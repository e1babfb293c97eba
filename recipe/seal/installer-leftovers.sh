#!/bin/sh
# Removes the installer's copies of the kickstart, which may hold password hashes, and its logs.
set -eu
rm -rf /root/anaconda-ks.cfg /root/original-ks.cfg /root/initial-setup-ks.cfg /root/ks-pre.log /root/ks-post.log \
  /root/install.log /root/install.log.syslog /var/log/anaconda /var/log/anaconda.*
