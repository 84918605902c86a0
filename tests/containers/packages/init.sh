#!/bin/sh
# The first process of the machine: systemd, once it may make control groups and hand mounts on to its services.
sed -n 's|^[^ ]* \(/sys/fs/cgroup[^ ]*\) .*|\1|p' /proc/mounts | xargs -n 1 mount -o remount,bind,rw
mount --make-rshared /
exec /sbin/init
