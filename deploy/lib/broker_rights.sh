#!/usr/bin/env bash
# Least privilege on RabbitMQ, one user per service: what schema/roles.sql is for the database.
#
#   broker_rights.sh list                          user, configure, write, read; separated by tabs
#   broker_rights.sh apply VHOST [COMMAND...]      makes the users that are missing and sets their rights in VHOST
#
# COMMAND (rabbitmqctl) is whatever reaches the broker's rabbitmqctl: docker exec mq rabbitmqctl. A new user has no
# password and cannot log in until it is given one (rabbitmqctl change_password pizza_order reads it from standard
# input). tracking-service has no user: it does not talk to the broker. order-service --setup-queues and
# --dead-letters are the administrator's, who may do everything.
#
# Every service declares what it needs of the queues and exchanges, so it may "configure" those. A queue is bound by who
# may write to it and read from the exchange. Only the kitchen reads the kitchen's queues, only the subscriber the
# notifications.
set -euo pipefail

exchanges='orders_topic|orders_direct|notifications_fanout'
cooks='kitchen_(dine_in_|takeout_|delivery_)?queue'
stations='(quality|packaging|delivery)_queue'
dead='kitchen_dlx|kitchen_dead_letter_queue'
notes='notifications_queue|notifications\..+'

list() {
  local format='%s\t^(%s)$\t^(%s)$\t^(%s)$\n'
  # shellcheck disable=SC2059
  {
    printf "$format" pizza_order "$exchanges|$cooks|$stations" "$exchanges|$cooks|$stations" "$exchanges"
    printf "$format" pizza_kitchen "$exchanges|$cooks|$stations|$dead" "$exchanges|$cooks|$stations|$dead" \
      "$exchanges|$cooks|$stations|kitchen_dlx"
    # amq.default: what a webhook did not take is addressed to its queue again.
    printf "$format" pizza_notifier "notifications_fanout|$notes|$dead" "$notes|$dead|amq\\.default" \
      "notifications_fanout|$notes|kitchen_dlx"
  }
}

apply() {
  local vhost=$1 users user configure write read
  shift
  [ $# -gt 0 ] || set -- rabbitmqctl
  users=$("$@" -q list_users --no-table-headers)
  while IFS=$'\t' read -r user configure write read; do
    if ! cut -f 1 <<< "$users" | grep -qxF "$user"; then
      "$@" -q add_user "$user" "$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
      "$@" -q clear_password "$user"
    fi
    "$@" -q set_permissions -p "$vhost" "$user" "$configure" "$write" "$read"
  done < <(list)
}

case ${1:-} in
  list) list ;;
  apply) shift; apply "${@:?apply needs a vhost}" ;;
  *) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 2 ;;
esac
