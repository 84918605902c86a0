# Places orders with curl and follows them on the screen. Sourced by local.sh.
# shellcheck shell=bash disable=SC2154

order_body() {
  case $1 in
    dine_in) echo '{"customer_name": "Maria Rossi", "order_type": "dine_in", "table_number": 5,
      "items": [{"name": "Margherita Pizza", "quantity": 2, "price": 12.50}, {"name": "Caesar Salad", "quantity": 1, "price": 8.99}]}' ;;
    takeout) echo '{"customer_name": "John Doe", "order_type": "takeout",
      "items": [{"name": "Pepperoni Pizza", "quantity": 1, "price": 15.99}]}' ;;
    delivery) echo '{"customer_name": "Zoë Müller", "order_type": "delivery", "delivery_address": "12 Baker Street, Flat 3",
      "items": [{"name": "Quattro Formaggi", "quantity": 6, "price": 18.75}]}' ;;
  esac
}

# field NAME <<< JSON: the text of a member of a flat object.
field() { sed -nE "s/.*\"$1\" *: *\"?([^\",}]*).*/\1/p"; }

# place_order TYPE: prints its number.
place_order() {
  local answer number
  answer=$(curl -sS -m 10 -X POST "http://127.0.0.1:$ORDER_PORT/orders" -d "$(order_body "$1")") ||
    die "order-service does not answer (deploy/local.sh status)"
  number=$(field order_number <<< "$answer")
  [ -n "$number" ] || die "the order was refused: $answer"
  printf '%s' "$number"
}

# show_step NUMBER TYPE STATUS [WHO]
show_step() { printf '  %s  %s  %-9s %-9s %s\n' "$(date +%T)" "$1" "$2" "$3" "${4:-}"; }

# Whether the kitchen is done with an order of this status; one that goes on at once may not be seen ready.
done_with() { case $1 in ready | out_for_delivery | delivered | completed | cancelled) ;; *) return 1 ;; esac; }

# follow_orders TYPE...: one of each, and a line per change until all are ready.
follow_orders() {
  local type number status answer chef deadline numbers=()
  local -A type_of status_of
  read_ports
  for type; do
    number=$(place_order "$type")
    numbers+=("$number")
    type_of[$number]=$type
    status_of[$number]=received
    show_step "$number" "$type" received
  done
  deadline=$((SECONDS + 120))
  local waiting=${#numbers[@]}
  while [ "$waiting" -gt 0 ]; do
    [ $SECONDS -lt $deadline ] || die "not ready after two minutes: ${numbers[*]} (deploy/local.sh logs)"
    waiting=0
    for number in "${numbers[@]}"; do
      ! done_with "${status_of[$number]}" || continue
      answer=$(curl -sS -m 5 "http://127.0.0.1:$TRACKING_PORT/orders/$number/status") || answer=
      status=$(field current_status <<< "$answer")
      if [ -n "$status" ] && [ "$status" != "${status_of[$number]}" ]; then
        chef=$(field processed_by <<< "$answer")
        [ "$chef" != null ] || chef=
        show_step "$number" "${type_of[$number]}" "$status" "${chef:+by $chef}"
        status_of[$number]=$status
      fi
      done_with "$status" || waiting=$((waiting + 1))
    done
    sleep 0.1
  done
}

# staff_operation OPERATION NUMBER [JSON]. The token goes through standard input: a command line is everyone's to read.
staff_operation() {
  read_ports
  # shellcheck disable=SC1091
  . "$here/passwords"
  curl -sS -m 10 -K - -X POST "http://127.0.0.1:$ORDER_PORT/orders/$2/$1" -d "${3:-}" \
    <<< "header = \"Authorization: Bearer $STAFF_TOKEN\"" || die "order-service does not answer (deploy/local.sh status)"
  echo
}
