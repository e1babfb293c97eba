#!/bin/sh
# From here on, what the system logs goes to memory, so that the steps that follow leave no trace of themselves.
# `--relinquish-var` takes a moment where a restart of the journal takes seconds; systemd before 243 does not have it.
set -eu
journalctl --relinquish-var 2>/dev/null || {
  mkdir -p /run/systemd/journald.conf.d
  printf '[Journal]\nStorage=volatile\n' >/run/systemd/journald.conf.d/os-images.conf
  systemctl restart systemd-journald.service
}
set -- syslog.socket rsyslog.service auditd.service
systemctl is-active --quiet "$@" || exit 0
for unit; do
  systemctl is-active --quiet "$unit" || continue
  systemctl stop "$unit" 2>/dev/null || service "${unit%.*}" stop >/dev/null 2>&1 || true
done
