# The images that deploy/compose.yaml and the Dockerfile start from. Sourced; needs deploy/lib/common.sh.
# shellcheck shell=bash disable=SC2154
#
# Taken from a registry where one answers; else made here from Debian's packages under the same names.

# pulled IMAGE: it is there, or could be fetched. The registry is asked once: without one, each try takes a while.
registry=unknown
made=()   # what stands in for images that could not be had
pulled() {
  ! docker image inspect "$1" > /dev/null 2>&1 || return 0
  [ "$registry" != none ] || return 1
  if timeout 120 docker pull -q "$1" > /dev/null 2>&1; then registry=there; return 0; fi
  registry=none
  return 1
}

debian_mirror() {
  local found
  found=$(grep -hoE 'https?://[^ ]*/debian/? ' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2> /dev/null | head -n 1) || true
  [ -n "$found" ] || found=$(grep -hE '^URIs:.*/debian/?$' /etc/apt/sources.list.d/*.sources 2> /dev/null | head -n 1) || true
  found=${found#URIs: }
  printf '%s' "${found:-http://deb.debian.org/debian}"
}

make_debian() {
  local folder=$work/debian
  as_root debootstrap --variant=minbase bookworm "$folder" "$(debian_mirror)" > "$work/debootstrap.log" 2>&1 ||
    { show_log "$work/debootstrap.log"; die "debootstrap failed"; }
  as_root rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
  as_root tar -C "$folder" -c . | docker import - debian:bookworm-slim > /dev/null
  made+=(debian:bookworm-slim)
  as_root rm -rf "$folder"
}

stand_in() {
  local log=$work/stand-in.log
  docker build -q -t "$2" "$here/stand-ins/$1" > "$log" 2>&1 || { show_log "$log" 30; die "the stand-in for $2 was not built"; }
  made+=("$2")
}

# Somebody else's engine is not to take them for the real ones.
forget_made_images() { [ ${#made[@]} = 0 ] || docker rmi -f "${made[@]}" > /dev/null 2>&1 || true; }

base_images() {
  local pair
  pulled debian:bookworm-slim || { make_debian; say "  debian:bookworm-slim: made with debootstrap"; }
  for pair in postgres=postgres:15-bookworm rabbitmq=rabbitmq:3.10-management haproxy=haproxy:2.6-bookworm \
    prometheus=prom/prometheus:v2.42.0; do
    pulled "${pair#*=}" || { stand_in "${pair%%=*}" "${pair#*=}"; say "  ${pair#*=}: made of Debian's packages"; }
  done
}
