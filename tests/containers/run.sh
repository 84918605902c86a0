#!/usr/bin/env bash
# The restaurant in a real container engine: builds the images, runs deploy/compose.yaml, and while customers order without
# a break scales the kitchen, replaces every service, and lets containers die. At the end the books must balance. Then the
# Debian packages, in a container with systemd (packages.sh).
#
#   tests/run.sh containers [restaurant|packages]   (or this script, once the packages are there): both, or one of them
# Uses the Docker engine that answers (DOCKER_HOST), else starts a private one (root or sudo). Where no image registry can be
# reached, the base images are made from Debian's packages. All containers, volumes and networks it makes are removed.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$(readlink -f "$here/../..")
# shellcheck source=../../deploy/lib/common.sh
. "$root/deploy/lib/common.sh"
# shellcheck source=../../deploy/docker/compose.sh
. "$root/deploy/docker/compose.sh"
# shellcheck source=engine.sh
. "$here/engine.sh"
# shellcheck source=images.sh
. "$here/images.sh"
# shellcheck source=restaurant.sh
. "$here/restaurant.sh"

# --possible: whether this machine can run it at all; says why not.
case ${1:-} in
  --possible) engine_possible; exit ;;
  packages) exec "$here/packages.sh" ;;
  restaurant | '') ;;
  *) die "restaurant or packages, not $1" ;;
esac

step() { printf '\n== %s (%s)\n' "$1" "$(date -u +%T)"; }

work=$(mktemp -d /var/tmp/pizza-containers.XXXXXX)
chmod 711 "$work"
project=pizza$(random_word 6)
listener='' customers=''
export PIZZA_SECRETS=$work/secrets PIZZA_TAG=$project PIZZA_COOKING_TIME=0.5 PIZZA_PREFETCH=4
PIZZA_ORDER_PORT=$(free_port) PIZZA_TRACKING_PORT=$(free_port) PIZZA_PROMETHEUS_PORT=$(free_port)
export PIZZA_ORDER_PORT PIZZA_TRACKING_PORT PIZZA_PROMETHEUS_PORT COMPOSE_PROJECT_NAME=$project DOCKER_BUILDKIT=0

clean_up() {
  local result=$? image
  trap - EXIT INT TERM
  [ -z "$customers" ] || kill "$customers" 2> /dev/null || true
  if [ $result != 0 ] && engine_answers; then
    show_troubles >&2 || true
  fi
  if engine_answers; then
    [ -z "$listener" ] || docker rm -f "$listener" > /dev/null 2>&1 || true
    close_restaurant || true
    [ -n "$engine_folder" ] || forget_made_images
    for image in "${services[@]}"; do docker rmi -f "wheres-my-pizza/$image:$project" > /dev/null 2>&1 || true; done
  fi
  engine_stop
  as_root rm -rf "$work"
  exit $result
}
trap clean_up EXIT
trap 'exit 130' INT TERM

close_restaurant() { restaurant --profile monitoring down -v --remove-orphans -t 5 > /dev/null 2>&1; }

build_images() {
  local service size
  quietly build restaurant build
  say "  built in $SECONDS s"
  for service in "${services[@]}"; do
    size=$(docker image inspect -f '{{.Size}}' "wheres-my-pizza/$service:$project")
    printf '  %-24s %3d.%d MB\n' "$service" $((size / 1000000)) $((size / 100000 % 10))
    image_is_bare "$service"
    image_is_hardened "$service"
  done
}

open_restaurant() {
  local service
  "$root/deploy/docker/secrets.sh" "$PIZZA_SECRETS" > /dev/null
  quietly up restaurant up -d --no-build
  for service in "${services[@]}"; do wait_for 90 "$service is healthy" all_healthy "$service" 1; done
  say "  from nothing to all healthy in $SECONDS s"
  for service in "${services[@]}"; do
    printf '  %-24s serves after %5d ms\n' "$service" "$(start_time_of "$(containers_of "$service")")"
  done
  containers_are_confined
  # Somebody who hears everything, and is not part of what is rolled and killed.
  listener=$(restaurant run -d --no-deps -e PIZZA_NOTIFIER_SUBSCRIBER_NAME=listener notification-subscriber 2> /dev/null | tail -n 1)
  listener=$(docker inspect -f '{{.Id}}' "$listener")
  wait_for 60 "the listener listens" healthy_listener
}
healthy_listener() { [ "$(health_of "$listener")" = healthy ]; }

open_doors() {
  : > "$work/orders"
  : > "$work/answers.jsonl"
  phase "one worker"
  "$here/customers.py" "http://127.0.0.1:$PIZZA_ORDER_PORT" "http://127.0.0.1:$PIZZA_TRACKING_PORT" "$work" 12 &
  customers=$!
  under_load 60
  no_failure_in "one worker"
}

scale_kitchen() {
  local count
  for count in 5 2; do
    phase "$count workers"
    quietly "scale-$count" restaurant up -d --no-build --no-deps --no-recreate --scale "kitchen-worker=$count" kitchen-worker
    wait_for 90 "$count workers are online" workers_online "$count"
    under_load 120
    no_failure_in "$count workers"
  done
}

# Prometheus finds every container by its configuration, also those that came later, and sees what they did.
watch_restaurant() {
  quietly prometheus restaurant --profile monitoring up -d --no-build --no-deps prometheus
  wait_for 60 "Prometheus sees one order-service" figure_is 'count(up{job="order-service"} == 1)' 1
  wait_for 60 "Prometheus sees two kitchen-workers" figure_is 'count(up{job="kitchen-worker"} == 1)' 2
  wait_for 60 "Prometheus sees everything" figure_is 'count(up == 1)' 7
  wait_for 60 "Prometheus counts the orders" figure_is_at_least 'sum(pizza_orders_total)' 100
  wait_for 60 "Prometheus sees the queues" figure_is 'count(rabbitmq_detailed_queue_messages_ready{queue=~"kitchen_(dine_in|takeout|delivery)_queue"})' 3
  [ "$(figure 'count(ALERTS{alertstate="firing"}) or vector(0)')" = 0 ] || die "an alert fires: $(figure ALERTS)"
}

roll_services() {
  local service
  for service in "${services[@]}"; do
    phase "rolling $service"
    "$root/deploy/docker/roll.sh" "$service" | sed 's/^/    /'
    under_load 40
    no_failure_in "rolling $service"
  done
}

restarted() { [ "$(docker inspect -f '{{.RestartCount}}' "$1")" -gt "$2" ] && [ "$(health_of "$1")" = healthy ]; }

kill_containers() {
  local service container
  for service in "${services[@]}" gateway rabbitmq postgres; do
    phase "killing $service"
    read -r container < <(containers_of "$service")
    before=$(docker inspect -f '{{.RestartCount}}' "$container")
    crash "$container"
    if [ "$service" = gateway ]; then wait_for 60 "gateway comes back" more_promised $(($(promised) + 1))
    else wait_for 90 "$service comes back" restarted "$container" "$before"; fi
    under_load 30
    say "    requests: $(answered_in "killing $service" 200) answered, $(answered_in "killing $service" 503) asked to come again, $(failed_in "killing $service") without an answer or failed"
  done
}

close_doors() {
  phase "closing"
  kill -TERM "$customers"
  wait "$customers" || die "the customers fell over"
  customers=
  ! grep -q '"given_up"' "$work/answers.jsonl" || die "an order was not taken within three minutes"
  # Also what was answered after its phase was looked at.
  failed=$(grep '"fine": false' "$work/answers.jsonl" | grep -vE '"phase": "(killing [a-z-]+|closing)"' || true)
  [ -z "$failed" ] || die "requests failed: $failed"
  wait_for 120 "every order is ready" nothing_waits
  audit
  wait_for 60 "every order is announced" announced
  secrets_are_kept
  say "  $(promised) orders were promised ($(wc -l < "$work/answers.jsonl") requests): each ready exactly once, none lost, doubled or made up"
}

# A cook has a whole grace period for what is on its stove.
stop_a_cook() {
  local cook number
  PIZZA_COOKING_TIME=8 quietly slow-cook restaurant up -d --no-build --no-deps --force-recreate --scale kitchen-worker=1 kitchen-worker
  wait_for 60 "the cook is there" workers_online 1
  read -r cook < <(containers_of kitchen-worker)
  number=$(curl -sS -m 10 "http://127.0.0.1:$PIZZA_ORDER_PORT/orders" -d '{"customer_name": "Anna", "order_type": "takeout",
    "items": [{"name": "Margherita", "quantity": 1, "price": 12.50}]}' | sed -nE 's/.*"order_number":"([^"]+)".*/\1/p')
  wait_for 20 "it cooks" order_is "$number" cooking
  docker stop "$cook" > /dev/null
  [ "$(docker inspect -f '{{.State.ExitCode}}' "$cook")" = 0 ] || die "the cook was killed"
  order_is "$number" ready || die "the cook left its order"
  say "  it finished $number, then ended with 0"
}
order_is() { [ "$(sql -c "SELECT status FROM orders WHERE number = '$1'")" = "$2" ]; }

step "engine"
engine_start
step "base images"
base_images
step "images"
SECONDS=0
build_images
step "compose up"
SECONDS=0
open_restaurant
step "customers order; the kitchen is scaled 1, 5, 2"
open_doors
scale_kitchen
step "Prometheus watches"
watch_restaurant
step "every service is rolled"
roll_services
step "containers die"
kill_containers
step "the books"
close_doors
step "a cook is stopped"
stop_a_cook
close_restaurant
[ "${1:-}" != restaurant ] || exit 0
step "Debian packages"
"$here/packages.sh"
