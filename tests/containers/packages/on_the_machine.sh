#!/usr/bin/env bash
# What packages.sh checks, as root on the machine (a container that is thrown away); /packages holds two revisions.
set -euo pipefail
cd /packages
services=(order-service tracking-service notification-subscriber)
workers=(kitchen-worker@chef_anna kitchen-worker@chef_mario)
everyone=("${services[@]}" "${workers[@]}")
patterns=('order-service*' 'tracking-service*' 'notification-subscriber*' 'kitchen-worker*')
settings=/etc/wheres-my-pizza

stage() { printf '%s\n' "-- $*"; }

# check SENTENCE COMMAND...: it holds; else the end.
check() {
  local sentence=$1 output
  shift
  if output=$("$@" 2>&1); then printf '   %s\n' "$sentence"; return; fi
  printf 'FAILED: %s\n  %s\n%s\n' "$sentence" "$*" "$output" >&2
  journalctl --no-pager -n 25 -o short-precise -u 'order-service*' -u 'kitchen*' -u 'track*' -u 'notif*' -u init.scope >&2
  exit 1
}
is_false() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "is '$1', not '$2'"; return 1; }; }

# eventually SECONDS COMMAND...
eventually() {
  local until=$((SECONDS + $1)) output
  shift
  until output=$("$@" 2>&1); do
    [ $SECONDS -lt $until ] || { echo "$output"; return 1; }
    sleep 0.1
  done
}

property() { systemctl show -P "$1" "$2"; }
pid_of() { property MainPID "$1"; }
sql() { su postgres -c "psql -qAt -d restaurant_db" <<< "$1"; }
all_active() { systemctl is-active "${everyone[@]}"; }

# --- orders -----------------------------------------------------------------------------------------------------------

# place [KEY]: prints the number of a new order.
place() {
  local key=${1:-$RANDOM-$RANDOM-$RANDOM}
  curl -sS -m 5 http://127.0.0.1:3000/orders -H "Idempotency-Key: $key" -d '{"customer_name": "Anna",
    "order_type": "takeout", "items": [{"name": "Margherita", "quantity": 1, "price": 12.50}]}' |
    sed -n 's/.*"order_number":"\([^"]*\)","status":"received".*/\1/p' | grep .
}
status_of() { sql "SELECT status FROM orders WHERE number = '$1'"; }
has_status() { is "$(status_of "$1")" "$2"; }
cook_of() { sql "SELECT processed_by FROM orders WHERE number = '$1'"; }
ready_in() { eventually "$2" has_status "$1" ready; }
# Its way was the straight one: each status once.
went_straight() {
  is "$(sql "SELECT string_agg(l.status, ' ' ORDER BY l.id) FROM order_status_log l JOIN orders o ON o.id = l.order_id
             WHERE number = '$1'")" "received cooking ready"
}
straight_to_ready() { ready_in "$1" 40 && went_straight "$1"; }
cooking_order() { number=$(place) && eventually 20 has_status "$number" cooking && cook=$(cook_of "$number"); }
printed() { journalctl -o cat -u notification-subscriber | grep -F "$1" | grep -q "to 'ready'"; }

# cooking_time SECONDS: how long the workers cook.
cooking_time() {
  sed -i '/COOKING_TIME/d' $settings/kitchen-worker.env
  echo "PIZZA_KITCHEN_COOKING_TIME=$1" >> $settings/kitchen-worker.env
  systemctl restart "${workers[@]}"
}

# --- what it is about -------------------------------------------------------------------------------------------------

install_and_set_up() {
  stage "install"
  (cd 1 && apt-get install -q -y --no-install-recommends ./*.deb) > install.log 2>&1 || { tail install.log; exit 1; }
  check "nothing runs" is_false pgrep -f /usr/bin/order-service
  check "nothing is enabled" is "$(systemctl is-enabled "${everyone[@]}" 2> /dev/null | sort -u)" disabled
  check "the settings are not everyone's to read" is "$(stat -c %a:%U:%G $settings/config.yaml)" 640:root:wheres-my-pizza
  check "the secrets are root's, the staff's token is there" is "$(stat -c %a:%U:%s $settings/secrets/staff)" 600:root:48
  check "and nobody else sees which there are" is "$(stat -c %a:%U $settings/secrets)" 700:root
  check "a service without its password does not start" is_false systemctl start order-service
  check "and says so" is "$(property AssertResult order-service)" no
  stage "set up as docs/packages.md says"
  awk '/^## /{ wanted = /Set up/ } /^```/{ code = !code && wanted; next } code' packages.md > set_up.sh
  printf 'PIZZA_KITCHEN_HEARTBEAT_INTERVAL=2\nPIZZA_KITCHEN_COOKING_TIME=0.5\n' >> $settings/kitchen-worker.env
  echo PIZZA_KITCHEN_ADMIN_PORT=9101 > $settings/kitchen-worker@chef_anna.env
  check "set up" bash -c 'cd 1 && bash -euo pipefail ../set_up.sh'
  check "all are active" all_active
}

serve() {
  stage "serve"
  local number port
  number=$(place)
  check "an order is taken at once, and becomes ready" straight_to_ready "$number"
  check "the tracking-service knows it" curl -sSf "http://127.0.0.1:3002/orders/$number/status"
  check "the subscriber printed it" eventually 10 printed "$number"
  for port in 9100 9101 9102 9103; do
    check "port $port says ready" curl -sSf -m 5 "http://127.0.0.1:$port/readyz"
  done
  check "they listen where the settings say, and nowhere else" is "$(listening)" \
    "0.0.0.0:3000 0.0.0.0:3002 127.0.0.1:9100 127.0.0.1:9101 127.0.0.1:9102 127.0.0.1:9103"
  check "the probe works with these settings" order-service --config $settings/config.yaml --probe readyz
  check "the staff has its token" is "$(staff complete "$number")" 200
  check "a logged stack names functions" grep -q 'stack":"pizza::' \
    <(PIZZA_STARTUP_TIMEOUT=0 order-service --db postgres://x@127.0.0.1:1/x)
}
# staff OPERATION NUMBER: the status of the answer.
staff() {
  curl -sS -m 5 -o /dev/null -w '%{http_code}' -X POST "http://127.0.0.1:3000/orders/$2/$1" \
    -H "Authorization: Bearer $(cat $settings/secrets/staff)"
}
listening() {
  local unit
  for unit in "${everyone[@]}"; do
    ss -Hltnp | grep "pid=$(pid_of "$unit")," | awk '{ print $4 }' || true
  done | sort | xargs
}

# inside PID COMMAND...: in the file systems that the service sees, even as root.
inside() { nsenter -t "$1" -m -- "${@:2}"; }
fields_of() {
  local name
  for name in "${@:2}"; do awk -v name="$name:" '$1 == name { print $2 }' "/proc/$1/status"; done | xargs
}

confined() {
  stage "confined"
  local unit pid
  for unit in "${everyone[@]}"; do
    check "$unit ($(exposure "$unit"))" is_confined "$unit"
  done
  pid=$(pid_of tracking-service)
  check "a service gets its own secrets only" is "$(inside "$pid" ls /run/credentials/tracking-service.service | xargs)" \
    "database staff"
}
is_confined() {
  local pid
  pid=$(pid_of "$1")
  echo "its user" && is "$(stat -c %U "/proc/$pid")" wheres-my-pizza &&
    echo "capabilities" && is "$(fields_of "$pid" CapPrm CapBnd)" "0000000000000000 0000000000000000" &&
    echo "no new privileges, filtered system calls" && is "$(fields_of "$pid" NoNewPrivs Seccomp)" "1 2" &&
    echo "writing" && is_false inside "$pid" touch $settings/intruder && is_false inside "$pid" touch /usr/bin/intruder &&
    is_false inside "$pid" touch /var/lib/intruder && echo "homes" && is_false inside "$pid" ls /root/.bashrc &&
    echo "passwords in the environment" && is_false grep -qFf <(cat $settings/secrets/*) "/proc/$pid/environ" &&
    echo "systemd-analyze" && systemd-analyze security --no-pager --threshold=15 "$1"
}
exposure() { systemd-analyze security --no-pager "$1" | sed -n 's/.*Overall exposure level for [^:]*: //p'; }

stop_while_cooking() {
  stage "stop while an order cooks"
  cooking_time 9
  # Shorter than an order cooks: the worker has to ask for the time.
  mkdir -p /run/systemd/system/kitchen-worker@.service.d
  printf '[Service]\nTimeoutStopSec=2\n' > /run/systemd/system/kitchen-worker@.service.d/test.conf
  systemctl daemon-reload
  cooking_order
  check "restart of the worker that cooks" systemctl restart "kitchen-worker@$cook"
  check "its order was finished before" has_status "$number" ready
  check "by itself, once" went_straight "$number"
  check "by the same worker" is "$(cook_of "$number")" "$cook"
  check "nothing was killed" is_false grep -q 'Killing\|SIGKILL' <(journalctl -u "kitchen-worker@$cook")
  rm -r /run/systemd/system/kitchen-worker@.service.d
  systemctl daemon-reload
}

die_and_come_back() {
  stage "die and come back"
  local unit old
  for unit in "${services[@]}"; do
    old=$(pid_of "$unit")
    kill -9 "$old"
    check "$unit: killed, runs again" eventually 30 runs_again "$unit" "$old"
  done
  cooking_order
  old=$(pid_of "kitchen-worker@$cook")
  kill -9 "$old"
  check "kitchen-worker@$cook: killed, its order becomes ready, once" straight_to_ready "$number"
  check "kitchen-worker@$cook: runs again, under its name" eventually 60 runs_again "kitchen-worker@$cook" "$old"
  mkdir -p /run/systemd/system/tracking-service.service.d
  printf '[Service]\nWatchdogSec=2\n' > /run/systemd/system/tracking-service.service.d/test.conf
  systemctl daemon-reload
  systemctl restart tracking-service
  old=$(pid_of tracking-service)
  kill -STOP "$old"
  check "tracking-service: frozen, found by the watchdog, runs again" eventually 60 runs_again tracking-service "$old"
  check "by the watchdog" grep -q 'Watchdog timeout' <(journalctl -u tracking-service)
  rm -r /run/systemd/system/tracking-service.service.d
  systemctl daemon-reload
  echo "PIZZA_TRACKING_PORT=many" >> $settings/tracking-service.env
  check "a wrong setting fails the start" is_false systemctl restart tracking-service
  check "once, not again and again" is "$(property ActiveState tracking-service)" failed
  sed -i '/TRACKING_PORT/d' $settings/tracking-service.env
  check "and is mended" systemctl restart tracking-service
}
runs_again() { [ "$(pid_of "$1")" != "$2" ] && systemctl is-active --quiet "$1"; }

# Orders, one after another, each with its key until it is taken; as those behind a proxy would.
customers() {
  local number key=0 tries
  while [ ! -e enough ]; do
    key=$((key + 1))
    for ((tries = 0; tries < 300; tries++)); do
      ! number=$(place "upgrade-$key" 2> /dev/null) || break
      sleep 0.1
    done
    echo "${number:-none}" >> promised
    sleep 0.3
  done
}
pids() { local unit; for unit in "${everyone[@]}"; do pid_of "$unit"; done; }
promised_more_than() { [ "$(wc -l < promised)" -gt "$1" ]; }
all_ready() { is "$(sql "SELECT count(*) FROM orders WHERE status NOT IN ('ready', 'completed')")" 0; }

upgrade() {
  stage "upgrade under load"
  local before customer promised
  cooking_time 0.5
  printf '\n# mine\n' >> $settings/config.yaml
  before=$(pids)
  promised=$(sql "SELECT count(*) FROM orders")
  : > promised
  customers &
  customer=$!
  eventually 20 promised_more_than 3
  check "the next revision is installed" bash -c 'cd 2 && apt-get install -q -y --no-install-recommends ./*.deb < /dev/null'
  eventually 20 promised_more_than $(($(wc -l < promised) + 3))
  touch enough
  wait "$customer"
  check "$(wc -l < promised) orders meanwhile, each taken" is_false grep -q none promised
  check "none of them twice" is "$(sort -u promised | wc -l)" "$(wc -l < promised)"
  check "and none that nobody asked for" is "$(sql "SELECT count(*) FROM orders")" $((promised + $(wc -l < promised)))
  check "all become ready" eventually 120 all_ready
  check "all are active" all_active
  check "all run the new program" is "$(pids | grep -cxFf <(echo "$before"))" 0
  check "changed settings are kept" grep -q '^# mine' $settings/config.yaml
  check "the new revision is installed" is "$(dpkg-query -W -f '${Version}' wheres-my-pizza-order-service)" \
    "$(dpkg-deb -f 2/*order-service*.deb Version)"
}

remove_and_purge() {
  stage "remove and purge"
  cooking_time 3
  cooking_order
  check "removed" bash -c "apt-get remove -q -y 'wheres-my-pizza-*'"
  check "what cooked was finished before" went_straight "$number"
  check "nothing of it runs" is_false pgrep -u wheres-my-pizza
  check "the settings are kept" test -s $settings/secrets/rabbitmq
  check "purged" bash -c "apt-get purge -q -y 'wheres-my-pizza-*'"
  check "the user is gone" is_false getent passwd wheres-my-pizza
  check "no file is left" is "$(left_over)" ""
  check "no unit is left" is "$(systemctl list-unit-files --no-legend "${patterns[@]}")" ""
}
left_over() {
  local names=(-name '*wheres-my-pizza*') pattern
  for pattern in "${patterns[@]}"; do names+=(-o -name "$pattern"); done
  find / -xdev \( -path /proc -o -path /packages -o -path /var/log -o -path /var/cache/apt \) -prune \
    -o \( "${names[@]}" \) -print
}

SECONDS=0
install_and_set_up
serve
confined
stop_while_cooking
die_and_come_back
upgrade
remove_and_purge
stage "all of it in $SECONDS s"
