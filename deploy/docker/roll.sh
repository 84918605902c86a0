#!/usr/bin/env bash
# Replaces the containers of a service one by one, a new one ready before each old one is asked to stop, so that there
# is always one to answer. For a new image, new settings, a new password.
#   roll.sh SERVICE [COMPOSE-OPTION...]      e.g. roll.sh order-service; roll.sh kitchen-worker -p restaurant
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=../lib/common.sh
. "$here/../lib/common.sh"
# shellcheck source=compose.sh
. "$here/compose.sh"
[ $# -ge 1 ] || { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 2; }
service=$1
shift

healthy() { [ "$(docker inspect -f '{{.State.Health.Status}}' "$1" 2> /dev/null)" = healthy ]; }

mapfile -t old < <(service_containers "$service" "$@")
[ ${#old[@]} -gt 0 ] || die "$service has no containers (docker compose up first)"
for container in "${old[@]}"; do
  # --no-recreate: the old ones stay as they are, the added one is new.
  output=$(compose "$@" up -d --no-deps --no-recreate --scale "$service=$((${#old[@]} + 1))" "$service" 2>&1) ||
    die "no new container of $service could be started: $output"
  mapfile -t now < <(service_containers "$service" "$@")
  for new in "${now[@]}"; do
    for ((left = 300; left > 0; left--)); do
      ! healthy "$new" || break
      sleep 0.2
    done
    [ "$left" -gt 0 ] || die "a container of $service is not ready: docker logs $new"
  done
  docker stop "$container" > /dev/null     # SIGTERM, and the grace period of the compose file
  code=$(docker inspect -f '{{.State.ExitCode}}' "$container")
  docker rm "$container" > /dev/null
  [ "$code" = 0 ] || die "${container:0:12} of $service did not finish what it had: exit code $code"
  say "$service: ${container:0:12} is replaced"
done
