# A Docker engine for the tests: the one that answers, else a private one. Sourced; needs deploy/lib/common.sh.
# shellcheck shell=bash disable=SC2154
#
# The private one has its own socket and data in one folder, and namespaces of its own for mounts and processes: what a
# bare machine or a chroot lacks (control groups, a file system that overlays work on) is mounted where nobody else sees
# it, and when the engine ends, however it ends, all its containers do. Its bridges are the machine's; they go with it.

engine_folder=
network_before=   # of the machine: the policy of forwarding, and whether it forwards

as_root() { if is_root; then "$@"; else sudo -n "$@"; fi; }

engine_answers() { timeout 10 docker info > /dev/null 2>&1; }

# engine_possible: whether there is an engine, or one could be started. Says why not.
engine_possible() {
  if engine_answers; then return 0; fi
  is_root || sudo -n true 2> /dev/null || { say "no Docker engine answers, and starting one needs root"; return 1; }
  as_root unshare --mount --pid --fork true 2> /dev/null ||
    { say "no Docker engine answers, and this machine allows no namespaces"; return 1; }
}

engine_start() {
  if engine_answers; then say "  the engine that runs: $(docker info -f '{{.ServerVersion}}, {{.Driver}}')"; return; fi
  engine_folder=$(mktemp -d /var/tmp/pizza-engine.XXXXXX)
  chmod 711 "$engine_folder"
  export DOCKER_HOST=unix://$engine_folder/docker.sock
  ip link show docker0 > /dev/null 2>&1 ||
    network_before="$(as_root iptables -S FORWARD | sed -n 's/^-P FORWARD //p') $(cat /proc/sys/net/ipv4/ip_forward)"
  as_root unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
    bash "$here/private_engine.sh" "$engine_folder" "$(id -g)" > "$engine_folder/log" 2>&1 < /dev/null &
  local left
  for ((left = 120; left > 0; left--)); do
    ! engine_answers || break
    sleep 0.5
  done
  [ "$left" -gt 0 ] || { show_log "$engine_folder/log" 30; die "no Docker engine can be started here"; }
  say "  a private engine: $(docker info -f '{{.ServerVersion}}, {{.Driver}}')"
}

engine_stop() {
  [ -n "$engine_folder" ] || return 0
  as_root pkill -9 -f "[p]rivate_engine.sh $engine_folder" || true   # [p]: not its own sudo
  local left
  for ((left = 100; left > 0; left--)); do
    as_root rm -rf "$engine_folder" 2> /dev/null && break
    sleep 0.1
  done
  [ -z "$network_before" ] || pgrep -x dockerd > /dev/null || restore_network
  engine_folder=
}

restore_network() {
  local policy forwards
  read -r policy forwards <<< "$network_before"
  as_root ip link delete docker0 2> /dev/null || true
  as_root sh -c 'iptables-save | grep -viE "docker|br-[0-9a-f]{12}" | iptables-restore' || true
  as_root iptables -P FORWARD "${policy:-ACCEPT}" || true
  as_root sh -c "echo $forwards > /proc/sys/net/ipv4/ip_forward" || true
}

# crash CONTAINER: its process dies as by a fault. (`docker kill` would count as asked for, and nothing would restart it.)
crash() {
  local pid namespace=()
  pid=$(docker inspect -f '{{.State.Pid}}' "$1")
  [ -z "$engine_folder" ] || namespace=(nsenter --pid --mount --target "$(pgrep -o -f "^bash .*private_engine.sh $engine_folder")")
  as_root "${namespace[@]}" grep -qF "$(docker inspect -f '{{.Id}}' "$1")" "/proc/$pid/cgroup" ||
    die "the engine's processes are not this machine's (process $pid is not of $1)"
  as_root "${namespace[@]}" kill -9 "$pid"
}
