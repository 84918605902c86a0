#!/usr/bin/env bash
# A private PostgreSQL and RabbitMQ in a folder of their own, on free loopback ports. Nothing outside the folder is
# touched: own data, own users and passwords, own Erlang port mapper and cookie. System-wide servers are left alone.
#
#   servers.sh start FOLDER [--until-exit PID|parent] [--in-memory]
#                               starts both (idempotent); data is kept over stop and start
#        --until-exit PID       removes everything once PID (parent: whoever called this) is gone, however it ends
#        --in-memory            data in /dev/shm where there is room (for tests; every setting stays the same)
#   servers.sh stop FOLDER      stops both, keeps the data
#   servers.sh remove FOLDER    stops both, deletes the folder and the data
#   servers.sh status FOLDER    exit 0 if both run
#   servers.sh stop-db|start-db|restart-db FOLDER [fast|immediate]
#   servers.sh stop-rabbit|start-rabbit|restart-rabbit|kill-rabbit FOLDER      (kill: SIGKILL)
#   servers.sh wipe-rabbit FOLDER                    deletes what a stopped RabbitMQ stored
#   servers.sh pause|resume FOLDER db|rabbit         SIGSTOP and SIGCONT to every process of that server
#   servers.sh alarm FOLDER on|off                   RabbitMQ's memory alarm (publishers are blocked)
#   servers.sh psql FOLDER ARG...                    psql as the administrator
#   servers.sh rabbitmqctl FOLDER ARG...
#   servers.sh eval FOLDER EXPRESSION                an Erlang expression (with its full stop) in the broker
#
# FOLDER/endpoints (mode 0600, KEY=VALUE) tells ports, users and passwords; FOLDER/log/ holds the servers' logs.
#
# Run as root, the servers run as their packages' users (PostgreSQL refuses root). Those must be able to reach the data:
# it lies in FOLDER/data, or, where they may not enter FOLDER (a clone under /root, a private home), in a folder of its
# own under /var/tmp that FOLDER/data points to. Run as anyone else, the servers run as that user.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=common.sh
. "$here/common.sh"
# shellcheck source=postgres.sh
. "$here/postgres.sh"
# shellcheck source=rabbitmq.sh
. "$here/rabbitmq.sh"

usage() { sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit "${1:-2}"; }

# as_user USER COMMAND...: becomes USER (when root), then the command, in a session of its own.
as_user() {
  local user=$1; shift
  if is_root; then
    exec setsid setpriv --reuid "$user" --regid "$user" --init-groups -- "$@"
  else
    exec setsid "$@"
  fi
}

# may_enter FOLDER USER
may_enter() { ! is_root || setpriv --reuid "$2" --regid "$2" --init-groups -- test -x "$1"; }

make_data_folder() {
  local home=$folder/data in_memory_kib
  [ ! -d "$home/" ] || return 0
  rm -f "$home"   # a link to data that is gone
  in_memory_kib=$(df --output=avail -k /dev/shm 2> /dev/null | tail -n 1) || true
  if $in_memory && [ "${in_memory_kib:-0}" -gt 2000000 ]; then
    home=$(mktemp -d /dev/shm/pizza.XXXXXX)
  elif ! may_enter "$folder" postgres || ! may_enter "$folder" rabbitmq; then
    home=$(mktemp -d /var/tmp/pizza.XXXXXX)
  else
    mkdir "$home"
  fi
  [ "$home" = "$folder/data" ] || ln -s "$home" "$folder/data"
  chmod 711 "$home"
}

write_endpoints() {
  (
    umask 077
    local key
    for key in "${endpoint_keys[@]}"; do printf '%s=%s\n' "$key" "${!key}"; done > "$folder/endpoints.new"
  )
  mv "$folder/endpoints.new" "$folder/endpoints"
}

endpoint_keys=(DB_HOST DB_PORT DB_ADMIN DB_ADMIN_PASSWORD
  RABBIT_HOST RABBIT_PORT RABBIT_MANAGEMENT_PORT RABBIT_EPMD_PORT RABBIT_DIST_PORT RABBIT_NODE RABBIT_USER RABBIT_PASSWORD)

# keep_or_choose NAME: the port of the last time if it is still free, else another.
keep_or_choose() {
  if [ -z "${!1:-}" ] || ! port_free "${!1}"; then printf -v "$1" '%s' "$(free_port)"; fi
}

# shellcheck disable=SC2034  # written by name in write_endpoints
choose_endpoints() {
  DB_HOST=127.0.0.1 RABBIT_HOST=127.0.0.1
  : "${DB_ADMIN:=pizza_admin}" "${DB_ADMIN_PASSWORD:=$(random_word)}"
  : "${RABBIT_USER:=pizza}" "${RABBIT_PASSWORD:=$(random_word)}" "${RABBIT_NODE:=pizza_$(random_word 8)@localhost}"
  postgres_running || keep_or_choose DB_PORT
  if ! rabbitmq_running; then
    keep_or_choose RABBIT_PORT
    keep_or_choose RABBIT_MANAGEMENT_PORT
    keep_or_choose RABBIT_EPMD_PORT
    keep_or_choose RABBIT_DIST_PORT
  fi
}

# Removes everything once process $1 is gone: whatever kills a test run, its servers do not outlive it.
guard() {
  local token
  token=$(start_time "$1")
  # shellcheck disable=SC2016
  setsid bash -c '
    . "$1/common.sh"
    while [ "$(start_time "$2")" = "$3" ] && [ -e "$4/endpoints" ]; do sleep 0.5; done
    exec "$1/servers.sh" remove "$4"
  ' guard "$here" "$1" "$token" "$folder" < /dev/null > /dev/null 2>&1 9>&- &
}

start() {
  local watched=
  while [ $# -gt 0 ]; do
    case $1 in
      --until-exit) watched=${2:?--until-exit needs a pid}; shift 2; [ "$watched" != parent ] || watched=$PPID ;;
      --in-memory) in_memory=true; shift ;;
      *) usage ;;
    esac
  done
  make_data_folder
  mkdir -p "$folder/log"
  local attempt postgres_result rabbitmq_result
  for attempt in 1 2 3; do
    choose_endpoints
    write_endpoints
    rabbitmq_start & local starting=$!
    postgres_result=0 rabbitmq_result=0
    postgres_start || postgres_result=$?
    wait "$starting" || rabbitmq_result=$?
    if [ $((postgres_result + rabbitmq_result)) = 0 ]; then
      [ -z "$watched" ] || guard "$watched"
      return 0
    fi
    # Most likely another process took a port between the choice and the use: once more with others.
    warn "servers did not start (attempt $attempt of 3)"
  done
  show_log "$folder/log/postgres.log"
  show_log "$folder/log/rabbitmq.log"
  stop
  die "PostgreSQL or RabbitMQ does not start"
}

stop() {
  rabbitmq_stop & local stopping=$!
  postgres_stop fast
  wait "$stopping"
}

# No need to be gentle with data that goes too.
remove() {
  local home
  end_process "$folder/rabbitmq.pid" KILL 5
  rabbitmq_stop
  postgres_stop immediate
  home=$(readlink -f "$folder/data") || home=
  [ -z "$home" ] || rm -rf "$home"
  rm -rf "$folder"
}

# signal_tree SIGNAL PIDFILE: to the server and every process under it.
signal_tree() {
  local pid each
  pid=$(alive "$2") || die "that server does not run"
  for each in $(process_tree "$pid"); do send_signal "$1" "$each" || true; done
}

pid_file_of() {
  case ${1:-} in
    db) printf '%s' "$folder/postgres.pid" ;;
    rabbit) printf '%s' "$folder/rabbitmq.pid" ;;
    *) usage ;;
  esac
}

case ${1:-} in -h | --help | help) usage 0 ;; esac
[ $# -ge 2 ] || usage
command=$1 folder=$(readlink -m "$2") in_memory=false
shift 2
if [ "$command" = start ]; then
  mkdir -p "$folder"
elif [ ! -e "$folder/endpoints" ]; then
  case $command in stop | remove) exit 0 ;; status) exit 1 ;; *) die "no servers in $folder (servers.sh start)" ;; esac
fi
# One at a time on this folder; the descriptor is kept from the servers themselves (9>&-).
exec 9> "$folder/lock"
flock 9
# shellcheck disable=SC1091
[ ! -e "$folder/endpoints" ] || . "$folder/endpoints"

case $command in
  start) start "$@" ;;
  stop) stop ;;
  remove) remove ;;
  status) postgres_running && rabbitmq_running ;;
  stop-db) postgres_stop "${1:-fast}" ;;
  start-db) postgres_start ;;
  restart-db) postgres_stop "${1:-fast}"; postgres_start ;;
  stop-rabbit) rabbitmq_stop ;;
  start-rabbit) rabbitmq_start ;;
  restart-rabbit) rabbitmq_stop; rabbitmq_start ;;
  kill-rabbit) end_process "$folder/rabbitmq.pid" KILL 5 ;;
  wipe-rabbit) rabbitmq_wipe ;;
  pause) signal_tree STOP "$(pid_file_of "${1:-}")" ;;
  resume) signal_tree CONT "$(pid_file_of "${1:-}")" ;;
  alarm) rabbitmq_alarm "${1:-}" ;;
  psql) postgres_psql "$@" ;;
  rabbitmqctl) rabbitmq_ctl "$@" ;;
  eval) rabbitmq_eval "$1" ;;
  *) usage ;;
esac
