# The restaurant of deploy/compose.yaml under a project of its own, and what is asked of it. Sourced by run.sh.
# shellcheck shell=bash disable=SC2154

services=(order-service kitchen-worker tracking-service notification-subscriber)

restaurant() { compose -p "$project" "$@"; }
containers_of() { service_containers "$1" -p "$project"; }

# quietly NAME COMMAND...: its output only if it fails.
quietly() {
  local log=$work/$1.log
  "${@:2}" > "$log" 2>&1 || { show_log "$log" 30; die "$1 failed"; }
}

sql() { docker exec -i "$(containers_of postgres)" psql -X -q -A -t -v ON_ERROR_STOP=1 -U restaurant_admin -d restaurant_db "$@"; }

health_of() { docker inspect -f '{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}' "$1" 2> /dev/null; }

# What the containers that are not well answer their probes, and the services' last errors.
show_troubles() {
  local container
  say "-- who is not well"
  for container in $(docker ps -aq --filter "label=com.docker.compose.project=$project"); do
    case $(health_of "$container") in healthy | running) continue ;; esac
    docker inspect -f '{{.Name}} {{.State.Status}} {{.State.ExitCode}} {{with .State.Health}}{{.Status}}{{range .Log}}
    {{.Start}} {{.ExitCode}} {{printf "%.300s" .Output}}{{end}}{{end}}' "$container"
  done
  say "-- the services' last errors"
  restaurant logs --no-color --tail 200 "${services[@]}" 2> /dev/null | grep -E '"level":"(ERROR|WARN)"' | cut -c 1-300 | tail -n 20
}

# wait_for SECONDS WHAT COMMAND...
wait_for() {
  local left=$(($1 * 5)) what=$2
  shift 2
  while ! "$@"; do
    [ $((left--)) -gt 0 ] || { restaurant ps >&2; die "$what: not within the time"; }
    sleep 0.2
  done
}

# all_healthy SERVICE COUNT: it has so many containers, and each is healthy.
all_healthy() {
  local container count=0
  for container in $(containers_of "$1"); do
    [ "$(health_of "$container")" = healthy ] || return 1
    count=$((count + 1))
  done
  [ "$count" = "$2" ]
}

# start_time_of CONTAINER: milliseconds from its start to its line `service_started`.
start_time_of() {
  local started ready
  started=$(docker inspect -f '{{.State.StartedAt}}' "$1")
  ready=$(docker logs "$1" 2> /dev/null | grep -m 1 '"action":"service_started"' | sed -E 's/.*"timestamp":"([^"]+)".*/\1/')
  echo $(($(date -d "$ready" +%s%3N) - $(date -d "$started" +%s%3N)))
}

# --- what an image must be -------------------------------------------------------------------------------------------

image_is_bare() {
  local image=wheres-my-pizza/$1:$PIZZA_TAG shell
  [ "$(docker image inspect -f '{{.Config.User}}' "$image")" = 65532:65532 ] || die "$1 would run as root"
  for shell in sh bash /bin/sh /usr/bin/dash busybox; do
    ! docker run --rm --entrypoint "$shell" "$image" -c true > /dev/null 2>&1 || die "$1 has a shell: $shell"
  done
  # It runs with nothing at all: no network, nothing writable, no right.
  docker run --rm --network none --read-only --cap-drop ALL --security-opt no-new-privileges "$image" --version > /dev/null ||
    die "$1 does not run on a read-only root"
}

image_is_hardened() {
  local container
  container=$(docker create "wheres-my-pizza/$1:$PIZZA_TAG")
  docker cp "$container:/usr/bin/$1" "$work/$1" > /dev/null 2>&1
  docker rm "$container" > /dev/null
  "$root/tests/hardened.sh" "$work/$1" > "$work/hardened.log" || die "$(cat "$work/hardened.log")"
}

# Whether the containers run as the compose file promises.
containers_are_confined() {
  local service container
  for service in "${services[@]}"; do
    for container in $(containers_of "$service"); do
      [ "$(docker inspect -f '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$container")" = \
        "true [ALL] [no-new-privileges:true]" ] || die "$service is not confined"
      [ "$(docker top "$container" -eo pid,uid | awk 'END { print $2 }')" = 65532 ] || die "$service does not run as 65532"
    done
  done
}

# No secret in any log or in what `docker inspect` tells everyone.
secrets_are_kept() {
  local container file
  for container in $(docker ps -aq --filter "label=com.docker.compose.project=$project"); do
    { docker logs "$container" 2>&1; docker inspect "$container"; } > "$work/told"
    for file in "$PIZZA_SECRETS"/*; do
      [ "${file##*/}" != rabbitmq_user ] || continue   # holds the password of `rabbitmq`
      ! grep -qF -f "$file" "$work/told" || die "the secret ${file##*/} is told by $(docker inspect -f '{{.Name}}' "$container")"
    done
  done
}

# --- figures ---------------------------------------------------------------------------------------------------------

# figure EXPRESSION: its value in Prometheus, empty if it has none.
figure() {
  curl -sS -m 5 -G "http://127.0.0.1:$PIZZA_PROMETHEUS_PORT/api/v1/query" --data-urlencode "query=$1" 2> /dev/null |
    sed -nE 's/.*"value":\[[^,]+,"([^"]+)"\].*/\1/p'
}
figure_is() { [ "$(figure "$1")" = "$2" ]; }
figure_is_at_least() { awk -v is="$(figure "$1")" -v wanted="$2" 'BEGIN { exit !(is != "" && is + 0 >= wanted) }'; }

# --- the customers ---------------------------------------------------------------------------------------------------

phase() {
  say "  $(date -u +%T) $1"
  printf '%s\n' "$1" > "$work/phase.next"
  mv "$work/phase.next" "$work/phase"
}

promised() { wc -l < "$work/orders"; }
more_promised() { [ "$(promised)" -ge "$1" ]; }

# under_load ORDERS: until so many more orders were promised.
under_load() { wait_for 120 "$1 more orders" more_promised $(($(promised) + $1)); }

online_workers() { sql -c "SELECT count(*) FROM workers WHERE status = 'online' AND last_seen > now() - 2 * heartbeat_interval * interval '1 second'"; }
workers_online() { [ "$(online_workers)" = "$1" ]; }

nothing_waits() { [ "$(sql -c "SELECT count(*) FROM orders WHERE status <> 'ready'")" = 0 ] && [ "$(sql -c 'SELECT count(*) FROM outbox')" = 0 ]; }

# failed_in PHASE: requests that were neither answered nor refused with a Retry-After.
failed_in() { grep -F "\"phase\": \"$1\"" "$work/answers.jsonl" | grep -c '"fine": false' || true; }
answered_in() { grep -F "\"phase\": \"$1\"" "$work/answers.jsonl" | grep -c "\"status\": $2" || true; }

no_failure_in() {
  local failed
  failed=$(failed_in "$1")
  say "    requests: $(answered_in "$1" 200) answered, $(answered_in "$1" 503) asked to come again, $failed failed"
  [ "$failed" = 0 ] || { grep -F "\"phase\": \"$1\"" "$work/answers.jsonl" | grep '"fine": false' | head -5 >&2; die "$1: requests failed"; }
}

# --- the books -------------------------------------------------------------------------------------------------------

audit() {
  local faults
  faults=$({ echo "CREATE TEMP TABLE promised (number text, type text, priority int); COPY promised FROM stdin (DELIMITER ' ');"
    cat "$work/orders"; echo '\.'; cat "$here/audit.sql"; } | sql)
  [ -z "$faults" ] || { printf '%s\n' "$faults" >&2; die "the books do not balance"; }
}

# Every promised order was announced cooking and ready, once each, to a subscriber that nobody touched.
announced() {
  docker logs "$listener" 2> /dev/null | grep -oE "^Notification for order [^ ]+ Status changed from '[a-z_]+' to '(cooking|ready)'" |
    sed -E "s/.*order (ORD_[0-9_]+): .*to '([a-z]+)'/\1 \2/" | sort > "$work/announced"
  awk '{ print $1, "cooking"; print $1, "ready" }' "$work/orders" | sort > "$work/expected"
  cmp -s "$work/announced" "$work/expected"
}
