# The services of local.sh: their settings, start, stop and health. Sourced; uses $root, $here, $lib.
# shellcheck shell=bash disable=SC2154

port_names=(ORDER_PORT ORDER_ADMIN_PORT TRACKING_PORT TRACKING_ADMIN_PORT ANNA_PORT MARIO_PORT NOTIFIER_PORT)

# name of the process : executable : port that answers /readyz : role in the database
services=(
  "order-service order-service ORDER_PORT pizza_order"
  "chef_anna kitchen-worker ANNA_PORT pizza_kitchen"
  "chef_mario kitchen-worker MARIO_PORT pizza_kitchen"
  "tracking-service tracking-service TRACKING_PORT pizza_tracking"
  "notification-subscriber notification-subscriber NOTIFIER_PORT -"
)

# shellcheck disable=SC1091
read_endpoints() { . "$here/servers/endpoints"; }
# shellcheck disable=SC1091
read_ports() { . "$here/ports"; }

# --- settings --------------------------------------------------------------------------------------------------------

# keep_port NAME WISH: the port of the last time, else the wished one, else any that is free.
keep_port() {
  if [ -z "${!1:-}" ]; then printf -v "$1" '%s' "$2"; fi
  if [ "${!1}" = any ] || ! port_free "${!1}"; then printf -v "$1" '%s' "$(free_port)"; fi
}

# Ports and passwords stay over restarts; those of a service that runs are left alone.
write_config() {
  local name old_mask
  [ ! -e "$here/ports" ] || read_ports
  # shellcheck disable=SC1091
  [ ! -e "$here/passwords" ] || . "$here/passwords"
  : "${OWNER_PASSWORD:=$(random_word)}" "${ORDER_PASSWORD:=$(random_word)}"
  : "${KITCHEN_PASSWORD:=$(random_word)}" "${TRACKING_PASSWORD:=$(random_word)}" "${STAFF_TOKEN:=$(random_word)}"
  if ! any_running; then
    for name in "${port_names[@]}"; do
      case $name in
        ORDER_PORT) keep_port "$name" 3000 ;;
        TRACKING_PORT) keep_port "$name" 3002 ;;
        *) keep_port "$name" any ;;
      esac
    done
  fi
  old_mask=$(umask)
  umask 077
  for name in "${port_names[@]}"; do printf '%s=%s\n' "$name" "${!name}"; done > "$here/ports"
  for name in {OWNER,ORDER,KITCHEN,TRACKING}_PASSWORD STAFF_TOKEN; do
    printf '%s=%s\n' "$name" "${!name}"
  done > "$here/passwords"
  [ -e "$here/config.yaml" ] || write_settings > "$here/config.yaml.new"
  [ ! -e "$here/config.yaml.new" ] || mv "$here/config.yaml.new" "$here/config.yaml"
  umask "$old_mask"
}

# What a newcomer may want to change. Addresses, ports and passwords come by environment, since each start may differ.
write_settings() {
  cat << YAML
# Made by deploy/local.sh; yours to change, then: deploy/local.sh stop, deploy/local.sh start.
logging:
  level: INFO
kitchen:
  cooking_time: 3          # seconds for takeout; dine_in x 0.8, delivery x 1.2. The default is 10.
  heartbeat_interval: 2    # seconds; short, so that a killed worker's name is free again soon. The default is 30.
YAML
}

# environment_of ROLE: sets $environment for a service (never on a command line, where everyone could read passwords).
environment_of() {
  local password=""
  case $1 in
    restaurant_user) password=$OWNER_PASSWORD ;;
    pizza_order) password=$ORDER_PASSWORD ;;
    pizza_kitchen) password=$KITCHEN_PASSWORD ;;
    pizza_tracking) password=$TRACKING_PASSWORD ;;
  esac
  environment=(
    PIZZA_DATABASE_HOST=127.0.0.1 PIZZA_DATABASE_PORT="$DB_PORT" PIZZA_DATABASE_DATABASE=restaurant_db
    PIZZA_DATABASE_USER="$1" PIZZA_DATABASE_PASSWORD="$password"
    PIZZA_RABBITMQ_HOST=127.0.0.1 PIZZA_RABBITMQ_PORT="$RABBIT_PORT"
    PIZZA_RABBITMQ_USER="$RABBIT_USER" PIZZA_RABBITMQ_PASSWORD="$RABBIT_PASSWORD"
    PIZZA_ADMIN_ADDRESS=127.0.0.1
    PIZZA_ORDER_ADDRESS=127.0.0.1 PIZZA_ORDER_PORT="$ORDER_PORT" PIZZA_ORDER_ADMIN_PORT="$ORDER_ADMIN_PORT"
    PIZZA_TRACKING_ADDRESS=127.0.0.1 PIZZA_TRACKING_PORT="$TRACKING_PORT"
    PIZZA_TRACKING_ADMIN_PORT="$TRACKING_ADMIN_PORT" PIZZA_NOTIFIER_ADMIN_PORT="$NOTIFIER_PORT"
    PIZZA_ORDER_STAFF_TOKEN="$STAFF_TOKEN" PIZZA_TRACKING_STAFF_TOKEN="$STAFF_TOKEN"
  )
}

# run_service ENVIRONMENT... -- EXECUTABLE ARG...: in place of this (sub)shell, with only these settings.
run_service() {
  local settings=()
  while [ "$1" != -- ]; do settings+=("$1"); shift; done
  local executable=$2
  shift 2
  cd /
  exec env -i PATH="$PATH" HOME="$HOME" LANG=C.UTF-8 "${settings[@]}" \
    setsid "$root/build/release/bin/$executable" --config "$here/config.yaml" "$@"
}

# --- database and queues ---------------------------------------------------------------------------------------------

create_database() {
  # Through standard input: a password on a command line is everyone's to read.
  servers psql << SQL
SELECT 'CREATE ROLE restaurant_user LOGIN' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'restaurant_user') \gexec
ALTER ROLE restaurant_user PASSWORD '$OWNER_PASSWORD';
SELECT 'CREATE DATABASE restaurant_db OWNER restaurant_user'
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'restaurant_db') \gexec
SQL
}

# Each service logs in with a role that may do only what it needs.
grant_roles() {
  servers psql -1 -d restaurant_db -f "$root/schema/roles.sql" > /dev/null
  servers psql << SQL
ALTER ROLE pizza_order PASSWORD '$ORDER_PASSWORD';
ALTER ROLE pizza_kitchen PASSWORD '$KITCHEN_PASSWORD';
ALTER ROLE pizza_tracking PASSWORD '$TRACKING_PASSWORD';
SQL
}

# run_once FLAG: an operator's command of the order-service.
run_once() {
  local environment log=$here/logs/setup.log
  environment_of restaurant_user
  (run_service "${environment[@]}" -- order-service "$1") >> "$log" 2>&1 < /dev/null 8>&- ||
    { show_log "$log"; die "order-service $1 failed"; }
}

# --- processes -------------------------------------------------------------------------------------------------------

pid_of() { alive "$here/run/$1.pid"; }

all_running() {
  local service name
  for service in "${services[@]}"; do
    read -r name _ <<< "$service"
    pid_of "$name" > /dev/null || return 1
  done
}

any_running() {
  local service name
  for service in "${services[@]}"; do
    read -r name _ <<< "$service"
    ! pid_of "$name" > /dev/null || return 0
  done
  return 1
}

launch() {
  local name=$1 executable=$2 port=$3 role=$4 arguments=() environment
  environment_of "$role"
  if [ "$executable" = kitchen-worker ]; then
    environment+=(PIZZA_KITCHEN_ADMIN_PORT="$port")
    arguments=(--worker-name "$name")
  fi
  (run_service "${environment[@]}" -- "$executable" "${arguments[@]}") >> "$here/logs/$name.log" 2>&1 < /dev/null 8>&- &
  remember_pid "$here/run/$name.pid" $!
}

ready() { curl -fs -o /dev/null -m 2 "http://127.0.0.1:$1/readyz"; }

# wait_ready NAME EXECUTABLE PORT ROLE
wait_ready() {
  local name=$1 port=$3 deadline=$((SECONDS + 40)) retried=0
  until ready "$port"; do
    if [ $SECONDS -ge $deadline ]; then
      show_log "$here/logs/$name.log"
      die "$name is not ready after 40 s"
    fi
    if ! pid_of "$name" > /dev/null; then
      # After a crash the name of a worker is taken until its heartbeat is stale: a few seconds.
      if [ "$2" != kitchen-worker ] || [ $((retried++)) -ge 10 ]; then
        show_log "$here/logs/$name.log"
        die "$name ended"
      fi
      sleep 1
      launch "$@"
    fi
    sleep 0.1
  done
  printf '  %-24s http://127.0.0.1:%s\n' "$name" "$port"
}

start_services() {
  local service name executable port role
  SECONDS=0
  for service in "${services[@]}"; do
    read -r name executable port role <<< "$service"
    pid_of "$name" > /dev/null || launch "$name" "$executable" "${!port}" "$role"
  done
  for service in "${services[@]}"; do
    read -r name executable port role <<< "$service"
    wait_ready "$name" "$executable" "${!port}" "$role"
  done
}

# All are asked at once; each finishes what it has in hand.
stop_services() {
  local service name pid
  for service in "${services[@]}"; do
    read -r name _ <<< "$service"
    if pid=$(pid_of "$name"); then send_signal TERM "$pid" || true; fi
  done
  for service in "${services[@]}"; do
    read -r name _ <<< "$service"
    wait_gone "$here/run/$name.pid" 40 || true
    end_process "$here/run/$name.pid" KILL 5
  done
}

# --- status ----------------------------------------------------------------------------------------------------------

show_server() {
  local pid
  if pid=$(alive "$here/servers/$2.pid"); then
    printf '  %-24s %-8s %-7s %s\n' "$1" "$pid" "$3" "$(listening "$3" && echo ok || echo "does not answer")"
  else
    printf '  %-24s %-8s %-7s %s\n' "$1" - "$3" stopped
    return 1
  fi
}

show_services() {
  local service name port pid failed=0 health
  read_ports
  for service in "${services[@]}"; do
    read -r name _ port _ <<< "$service"
    if ! pid=$(pid_of "$name"); then
      pid=- health=stopped failed=1
    elif ready "${!port}"; then
      health="ready   http://127.0.0.1:${!port}"
    else
      health="not ready" failed=1
    fi
    printf '  %-24s %-8s %-7s %s\n' "$name" "$pid" "${!port}" "$health"
  done
  return $failed
}
