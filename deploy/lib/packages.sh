#!/usr/bin/env bash
# The Debian 12 packages that the project needs, and the way to install what is missing of them without side effects:
# no server is started or enabled by it, no database cluster is made, and what was there before stays as it was.
#
#   packages.sh list GROUP...      prints the packages
#   packages.sh ensure GROUP...    installs those that are missing (through sudo when not root)
# Groups: run (the servers), build (compiler and libraries), test, checks (format and scripts), tidy (clang-tidy), fuzz (clang),
# engine (containers), bench (load), packages (making Debian packages)
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=common.sh
. "$here/common.sh"

packages_of() {
  case $1 in
    run) echo postgresql-15 rabbitmq-server curl ;;
    build)
      # libssl-dev: webhook signatures; libbacktrace comes with g++.
      echo g++ cmake ninja-build pkgconf libpq-dev librabbitmq-dev libcpp-httplib-dev rapidjson-dev libyaml-cpp-dev \
        libfmt-dev libcli11-dev prometheus-cpp-dev libutf8proc-dev libssl-dev ;;
    # libfaketime: a worker's clock jumps. iptables: packets are lost. prometheus: promtool.
    # npm: schemas of Kubernetes; one of another origin will do, and Debian's would not go beside it.
    test) echo catch2 prometheus jq openssl libfaketime iptables spin; command -v npm > /dev/null || echo npm ;;
    checks) echo clang-format-19 shellcheck ;;
    tidy) echo clang-tidy-19 ;;
    fuzz) echo clang-19 libclang-rt-19-dev ;;
    engine) echo docker.io docker-compose debootstrap iproute2 iptables procps python3 ;;
    bench) echo wrk ;;
    packages) echo binutils dpkg-dev file lintian ;;
    *) die "unknown group of packages: $1" ;;
  esac
}

list() { for group; do packages_of "$group"; done | tr ' ' '\n' | sort -u; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]; }

missing() { local package; for package in $(list "$@"); do is_installed "$package" || echo "$package"; done; }

# --- as root, while packages are installed ---------------------------------------------------------------------------

policy=/usr/sbin/policy-rc.d
policy_before=/usr/sbin/policy-rc.d.before-pizza
no_cluster=/etc/postgresql-common/createcluster.d/pizza-no-main-cluster.conf

# Debian starts a server as soon as it is installed, unless this script says 101. Ours says so only while we install (it
# knows our pid), so that even a leftover of a killed installation forbids nothing.
forbid_starting() {
  restore_system   # what an installation left that was killed
  [ ! -e "$policy" ] || mv "$policy" "$policy_before"
  cat > "$policy" << POLICY
#!/bin/sh
# Where's My Pizza installs packages just now (process $$) and wants no server started.
[ -d /proc/$$ ] && exit 101
[ ! -x $policy_before ] || exec $policy_before "\$@"
exit 0
POLICY
  chmod 755 "$policy"
  mkdir -p "${no_cluster%/*}"
  is_installed postgresql-15 || echo "create_main_cluster = false" > "$no_cluster"
}

restore_system() {
  rm -f "$no_cluster"
  if grep -qs "Where's My Pizza" "$policy"; then rm -f "$policy"; fi
  [ ! -e "$policy_before" ] || mv "$policy_before" "$policy"
}

# Servers that only we brought here shall not start with the machine either.
disable_at_boot() {
  command -v systemctl > /dev/null || return 0
  systemctl disable --quiet "$@" 2> /dev/null || true
}

# Turns apt's status lines into one line of progress per tenth.
show_progress() {
  local kind percent text last=-1 tenth
  while IFS=: read -r kind _ percent text; do
    case $kind in dlstatus) text="downloading: $text" ;; pmstatus) text="installing: $text" ;; *) continue ;; esac
    tenth=$((${percent%%.*} / 10))
    [ "$kind$tenth" = "$last" ] || say "  ${percent%%.*} % $text"
    last=$kind$tenth
  done
}

apt() {
  # Descriptor 3 carries apt's progress past the log.
  { DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 \
      -o Acquire::Retries=3 "$@" 3>&1 >> "$log" 2>&1 < /dev/null; } | show_progress
}

is_known() { apt-cache policy "$1" 2> /dev/null | grep 'Candidate:' | grep -qv '(none)'; }

install() {
  log=$(mktemp /tmp/pizza-packages.XXXXXX)
  trap restore_system EXIT
  forbid_starting
  # An installation that was interrupted once blocks all later ones until it is finished.
  DEBIAN_FRONTEND=noninteractive dpkg --force-confold --configure -a >> "$log" 2>&1 < /dev/null || true
  local package refreshed=false fresh=()
  is_installed rabbitmq-server || fresh+=(rabbitmq-server epmd.socket epmd.service)
  is_installed prometheus || fresh+=(prometheus)
  is_installed docker.io || fresh+=(docker.service docker.socket containerd)
  for package; do
    if ! is_known "$package"; then
      say "  refreshing the list of packages"
      apt update || { show_log "$log"; die "apt-get update failed (whole log: $log)"; }
      refreshed=true
      break
    fi
  done
  if ! apt install --no-install-recommends "$@"; then
    # Old lists name versions that the mirror no longer has.
    $refreshed || apt update || true
    apt install --no-install-recommends "$@" || { show_log "$log" 25; die "apt-get install failed (whole log: $log)"; }
  fi
  [ ${#fresh[@]} = 0 ] || disable_at_boot "${fresh[@]}"
  rm -f "$log"
}

# --- as anyone -------------------------------------------------------------------------------------------------------

ensure() {
  local wanted
  mapfile -t wanted < <(missing "$@")
  [ ${#wanted[@]} -gt 0 ] || return 0
  say "Installing from Debian's packages: ${wanted[*]}"
  SECONDS=0
  if is_root; then
    (install "${wanted[@]}")
  elif command -v sudo > /dev/null; then
    sudo bash "$here/packages.sh" install "${wanted[@]}"
  else
    die "these need root or sudo: apt-get install --no-install-recommends ${wanted[*]}"
  fi
  say "Installed in $SECONDS s."
}

case ${1:-} in
  list) shift; list "$@" ;;
  ensure) shift; ensure "$@" ;;
  install) shift; is_root || die "install is for root; use ensure"; install "$@" ;;
  *) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 2 ;;
esac
