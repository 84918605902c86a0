#!/usr/bin/env bash
# The Debian packages on a machine of their own: a container with systemd, PostgreSQL and RabbitMQ, where they are
# installed, set up as docs/packages.md says, run, harmed, upgraded, removed and purged (packages/on_the_machine.sh).
#
#   packages.sh [--keep]    --keep: leaves the machine for a look at it
# Uses the Docker engine that answers (DOCKER_HOST), else starts a private one. What it makes is removed however it ends.
# PIZZA_PACKAGES: a folder with 1/ and 2/, two revisions that deploy/packages/build.sh has made already.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
# shellcheck source=../../deploy/lib/common.sh
. "$root/deploy/lib/common.sh"
# shellcheck source=engine.sh
. "$here/engine.sh"
# shellcheck source=images.sh
. "$here/images.sh"

machine=pizza-pkg-$(random_word 6)   # the container, and its image
work=$(mktemp -d /var/tmp/pizza-packages.XXXXXX)
keep=${1:-}
chmod 755 "$work"
export DOCKER_BUILDKIT=0

clean_up() {
  local result=$?
  trap - EXIT INT TERM
  if [ "$keep" = --keep ]; then
    say "The machine: docker exec -it $machine bash; then docker rm -f -v $machine; docker rmi $machine"
  elif engine_answers; then
    docker rm -f -v "$machine" > /dev/null 2>&1 || true
    docker rmi -f "$machine" > /dev/null 2>&1 || true
  fi
  [ "$keep" = --keep ] || engine_stop
  as_root rm -rf "$work"
  exit $result
}

two_revisions() {
  local revision
  mkdir "$work/packages"
  if [ -n "${PIZZA_PACKAGES:-}" ]; then cp -r "$PIZZA_PACKAGES/1" "$PIZZA_PACKAGES/2" "$work/packages/"; return; fi
  for revision in 1 2; do
    "$root/deploy/packages/build.sh" --revision $revision "$work/packages/$revision" > "$work/build.log" 2>&1 ||
      { show_log "$work/build.log" 30; die "the packages were not built"; }
  done
}

packages_are_hardened() {
  local package
  for package in "$work/packages/1"/*.deb; do dpkg-deb -x "$package" "$work/unpacked"; done
  "$root/tests/hardened.sh" "$work/unpacked/usr/bin"/*
  rm -rf "$work/unpacked"
}

start_machine() {
  local left
  pulled debian:bookworm-slim || make_debian
  docker build -q -t "$machine" "$here/packages" > "$work/image.log" 2>&1 ||
    { show_log "$work/image.log"; die "the image of the machine was not built"; }
  # systemd mounts things, and looks at processes of other users.
  docker run -d --name "$machine" --cap-add SYS_ADMIN --cap-add SYS_PTRACE --security-opt seccomp=unconfined \
    --security-opt apparmor=unconfined --cgroupns private --tmpfs /run --tmpfs /run/lock "$machine" > /dev/null
  for ((left = 240; left > 0; left--)); do
    [ "$(docker exec "$machine" systemctl is-system-running 2> /dev/null)" != running ] || return 0
    sleep 0.5
  done
  docker exec "$machine" systemctl --no-pager --failed >&2 || true
  docker logs --tail 20 "$machine" >&2 || true
  die "the machine does not come up"
}

trap clean_up EXIT
trap 'exit 130' INT TERM
say "-- packages"
two_revisions
du -h "$work/packages/1"/*.deb | sed 's|\t.*/|  |; s|^|  |'
packages_are_hardened
engine_start
say "-- a machine with systemd"
start_machine
docker cp "$work/packages" "$machine:/packages"
docker cp "$here/packages/on_the_machine.sh" "$machine:/packages/"
docker cp "$root/docs/packages.md" "$machine:/packages/"
docker exec -e LC_ALL=C.UTF-8 "$machine" /packages/on_the_machine.sh
