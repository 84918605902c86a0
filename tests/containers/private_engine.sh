#!/usr/bin/env bash
# Runs a private Docker engine; root, in mount and process namespaces of its own.   private_engine.sh FOLDER GROUP-OF-THE-SOCKET
set -euo pipefail
folder=$1 group=$2
mkdir -p "$folder"/{data,exec}

# In a chroot, a command that enters a container (a probe) would find the root of the mount namespace there instead of the
# container's. So ours is laid over that one; it is seen through a process that has gone there.
if [ "$(stat -c %d:%i /)" != "$(nsenter --mount=/proc/self/ns/mnt stat -c %d:%i /)" ]; then
  nsenter --mount=/proc/self/ns/mnt sleep 60 &
  until [ "$(stat -L -c %d:%i /proc/$!/root)" != "$(stat -c %d:%i /)" ]; do sleep 0.1; done
  mount --no-canonicalize --move / "/proc/$!/root"
  kill $!
fi

# Control groups, as an init system would have mounted them.
if ! mountpoint -q /sys/fs/cgroup; then
  mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  while read -r name _ _ enabled; do
    [ "$enabled" = 1 ] || continue
    mkdir -p "/sys/fs/cgroup/$name"
    mount -t cgroup -o "$name" cgroup "/sys/fs/cgroup/$name" || rmdir "/sys/fs/cgroup/$name"
  done < <(tail -n +2 /proc/cgroups)
fi

# Overlays cannot lie on an overlay; where the folder does, the images are in memory.
probe=$folder/probe
mkdir -p "$probe"/{lower,upper,work,merged}
if mount -t overlay overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/merged" 2> /dev/null; then
  umount "$probe/merged"
else
  mount -t tmpfs -o size=12g tmpfs "$folder/data"
fi
rm -rf "$probe"

dockerd --host "unix://$folder/docker.sock" --group "$group" --pidfile "$folder/pid" \
  --data-root "$folder/data" --exec-root "$folder/exec" &
wait $!
