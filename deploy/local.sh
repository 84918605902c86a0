#!/usr/bin/env bash
# The whole restaurant on this machine, from nothing: installs what is missing from Debian's packages, builds the release,
# starts a private PostgreSQL and RabbitMQ, the four services with two kitchen workers, and shows an order of each type
# on its way to ready. Everything it makes lies in .local/ (and build/); it listens on loopback only.
#
#   deploy/local.sh [start]         idempotent; data is kept over stop and start
#   deploy/local.sh stop            stops the services and the servers
#   deploy/local.sh status          what runs, where, and how it feels
#   deploy/local.sh order [TYPE]    places an order (dine_in, takeout, delivery; all three without TYPE) and follows it
#   deploy/local.sh staff OPERATION NUMBER [JSON]  cancel, dispatch, deliver, complete or priority, as the staff may
#   deploy/local.sh logs [SERVICE]  follows the logs
#   deploy/local.sh remove          stops everything and deletes .local/ with its data
# Ports are 3000 (orders) and 3002 (tracking) where those are free, else others; `status` tells. Settings are in
# .local/config.yaml after the first start, passwords there and in .local/servers/endpoints (both readable only by you).
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
here=$root/.local
lib=$root/deploy/lib
# shellcheck source=lib/common.sh
. "$lib/common.sh"
# shellcheck source=lib/build.sh
. "$lib/build.sh"
# shellcheck source=lib/services.sh
. "$lib/services.sh"
# shellcheck source=lib/orders.sh
. "$lib/orders.sh"

title() { printf '\n\033[1m%s\033[0m\n' "$1"; }
[ -t 1 ] || title() { printf '\n== %s\n' "$1"; }

# Descriptor 8 is our lock; nothing that lives longer than we may hold it.
servers() { "$lib/servers.sh" "$1" "$here/servers" "${@:2}" 8>&-; }

prepare_folder() {
  # Others may pass through (the database's user must) but not look around; logs name customers.
  [ -e "$here" ] || mkdir -m 711 "$here"
  [ -w "$here" ] || die "$here belongs to $(stat -c %U "$here"); run this as that user"
  [ -e "$here/logs" ] || mkdir -m 700 "$here/logs" "$here/run"
  exec 8> "$here/lock"
  flock -n 8 || die "another deploy/local.sh is at work"
}

start_servers() {
  title "PostgreSQL and RabbitMQ"
  servers start
  read_endpoints
  say "  PostgreSQL on 127.0.0.1:$DB_PORT, RabbitMQ on 127.0.0.1:$RABBIT_PORT (both private, data in .local/servers)"
}

setup() {
  title "Schema and queues"
  create_database
  run_once --setup-db
  grant_roles
  run_once --setup-queues
  say "  database restaurant_db, exchanges and queues are ready"
}

start() {
  if all_running && servers status; then
    say "It is running already."
    status
    return
  fi
  # A start that fails or is interrupted leaves nothing half-running; its data and its build stay for the next one.
  trap 'warn ""; warn "Stopping what was started."; stop_everything' EXIT
  trap 'exit 130' INT TERM
  "$lib/packages.sh" ensure run build 8>&-
  title "Build"
  build_release
  start_servers
  write_config
  setup
  title "Services"
  start_services
  trap - EXIT INT TERM
  if [ ! -e "$here/orders-shown" ]; then
    title "Three orders"
    follow_orders dine_in takeout delivery
    touch "$here/orders-shown"
  fi
  title "The restaurant is open"
  show_addresses
}

show_addresses() {
  read_ports
  cat << TEXT
  place an order     curl -X POST http://127.0.0.1:$ORDER_PORT/orders -d '{"customer_name": "Anna", "order_type": "takeout",
                       "items": [{"name": "Margherita", "quantity": 1, "price": 12.50}]}'
                     or: deploy/local.sh order
  follow it          curl http://127.0.0.1:$TRACKING_PORT/orders/ORD_..._001/status   (also /history, and /workers/status)
  move it on         deploy/local.sh staff complete ORD_..._001   (the staff's token is in .local/passwords)
  metrics            http://127.0.0.1:$ORDER_ADMIN_PORT/metrics   (order-service; the others: deploy/local.sh status)
  RabbitMQ           http://127.0.0.1:$RABBIT_MANAGEMENT_PORT   (user $RABBIT_USER, password in .local/servers/endpoints)
  PostgreSQL         deploy/lib/servers.sh psql .local/servers -d restaurant_db
  notifications      deploy/local.sh logs notification-subscriber
  stop               deploy/local.sh stop
TEXT
}

stop_everything() {
  stop_services
  servers stop
}

status() {
  if [ ! -e "$here/ports" ] || [ ! -e "$here/servers/endpoints" ]; then
    say "Nothing runs here (deploy/local.sh start)."
    return 1
  fi
  local failed=0
  read_endpoints
  printf '  %-24s %-8s %-7s %s\n' "" PID PORT HEALTH
  show_server postgresql postgres "$DB_PORT" || failed=1
  show_server rabbitmq rabbitmq "$RABBIT_PORT" || failed=1
  show_services || failed=1
  return $failed
}

logs() {
  local files=("$here"/logs/*.log)
  if [ $# -gt 0 ]; then
    files=("$here/logs/$1.log")
    [ -e "${files[0]}" ] || die "no log of $1; there are: $(cd "$here/logs" 2> /dev/null && printf '%s ' *.log)"
  fi
  [ -e "${files[0]}" ] || die "no logs yet"
  exec tail -n 40 -F "${files[@]}"
}

order() {
  case ${1:-} in
    '') set -- dine_in takeout delivery ;;
    dine_in | takeout | delivery) ;;
    *) die "an order is dine_in, takeout or delivery, not $1" ;;
  esac
  [ -e "$here/ports" ] || die "nothing runs here (deploy/local.sh start)"
  follow_orders "$@"
}

staff() {
  case ${1:-} in
    cancel | dispatch | deliver | complete | priority) ;;
    *) die "an operation is cancel, dispatch, deliver, complete or priority" ;;
  esac
  [ -n "${2:-}" ] || die "which order? deploy/local.sh staff $1 NUMBER"
  [ -e "$here/passwords" ] || die "nothing runs here (deploy/local.sh start)"
  staff_operation "$@"
}

remove() {
  stop_services
  servers remove
  rm -rf "$here"
  say "Removed .local/ with its data."
}

case ${1:-start} in
  start) prepare_folder; start ;;
  stop) if [ -e "$here" ]; then prepare_folder; stop_everything; fi; say "Stopped; the data is kept (deploy/local.sh start)." ;;
  status) status ;;
  logs) shift; logs "$@" ;;
  order) shift; order "$@" ;;
  staff) shift; staff "$@" ;;
  remove) [ ! -e "$here" ] || { prepare_folder; remove; } ;;
  -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0" ;;
  *) warn "unknown: $1"; sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
esac
