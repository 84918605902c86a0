# The RabbitMQ half of servers.sh. Sourced; uses $folder and the endpoint variables.
# shellcheck shell=bash disable=SC2154

rabbitmq_running() { alive "$folder/rabbitmq.pid" >/dev/null; }

rabbitmq_data() { printf '%s' "$(readlink -f "$folder/data")/rabbitmq"; }

# The scripts of the package, past Debian's wrapper (which switches users and knows only the system-wide broker).
rabbitmq_scripts() {
  local found
  for found in /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin; do
    [ -x "$found/rabbitmq-server" ] && { printf '%s' "$found"; return; }
  done
  die "RabbitMQ is not installed (package rabbitmq-server)"
}

# Every place RabbitMQ would look outside our folder is named here, so that it does not.
rabbitmq_environment() {
  local data=$1
  rabbitmq_env=(
    -i PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 HOME="$data/home"
    RABBITMQ_NODENAME="$RABBIT_NODE"
    RABBITMQ_DIST_PORT="$RABBIT_DIST_PORT"
    RABBITMQ_CONF_ENV_FILE="$data/no-rabbitmq-env.conf"
    RABBITMQ_CONFIG_FILE="$data/rabbitmq.conf"
    RABBITMQ_ADVANCED_CONFIG_FILE="$data/no-advanced.config"
    RABBITMQ_ENABLED_PLUGINS_FILE="$data/enabled_plugins"
    RABBITMQ_MNESIA_BASE="$data/mnesia"
    RABBITMQ_LOG_BASE="$data/log"
    RABBITMQ_LOGS=-
    RABBITMQ_PID_FILE="$data/broker.pid"
    RABBITMQ_GENERATED_CONFIG_DIR="$data/generated"
    RABBITMQ_SCHEDULER_BIND_TYPE=u                   # do not pin to cores that others use too
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
    RUNNING_UNDER_SYSTEMD=1                          # the script becomes the Erlang machine: our pid is the broker's
    ERL_EPMD_PORT="$RABBIT_EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1 ERL_CRASH_DUMP_SECONDS=0
  )
}

rabbitmq_configure() {
  local data=$1
  mkdir -p "$data/home" "$data/mnesia" "$data/log" "$data/generated"
  (
    umask 077
    cat > "$data/rabbitmq.conf" << CONF
listeners.tcp.1 = 127.0.0.1:$RABBIT_PORT
default_user = $RABBIT_USER
default_pass = $RABBIT_PASSWORD
default_user_tags.administrator = true
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBIT_MANAGEMENT_PORT
disk_free_limit.absolute = 64MB
log.console = true
log.console.level = info
log.file = false
CONF
    printf '[rabbitmq_management].\n' > "$data/enabled_plugins"
  )
  ! is_root || chown -R rabbitmq: "$data"
  chmod 700 "$data"
}

# The name service of Erlang nodes: ours, in the foreground, so that we know its pid and nobody else's serves us.
epmd_start() {
  local left=100
  alive "$folder/epmd.pid" >/dev/null && return 0
  (cd / && as_user rabbitmq epmd -port "$RABBIT_EPMD_PORT" -address 127.0.0.1) > "$folder/log/epmd.log" 2>&1 < /dev/null 9>&- &
  remember_pid "$folder/epmd.pid" $!
  while ! listening "$RABBIT_EPMD_PORT"; do
    alive "$folder/epmd.pid" >/dev/null && [ $((left--)) -gt 0 ] || return 1
    sleep 0.05
  done
}

# Starts it on its ports (idempotent) and waits until AMQP and the management API answer.
rabbitmq_start() {
  ! rabbitmq_running || return 0
  local data scripts left=1200 rabbitmq_env=()
  data=$(rabbitmq_data) scripts=$(rabbitmq_scripts)
  mkdir -p "$data"
  rabbitmq_configure "$data"
  rabbitmq_environment "$data"
  epmd_start || { rabbitmq_stop; return 1; }
  (cd / && as_user rabbitmq env "${rabbitmq_env[@]}" "$scripts/rabbitmq-server") \
    >> "$folder/log/rabbitmq.log" 2>&1 < /dev/null 9>&- &
  remember_pid "$folder/rabbitmq.pid" $!
  while ! { listening "$RABBIT_PORT" && listening "$RABBIT_MANAGEMENT_PORT"; }; do
    if ! rabbitmq_running || [ $((left--)) -le 0 ]; then
      rabbitmq_stop
      return 1
    fi
    sleep 0.1
  done
  rabbitmq_running
}

rabbitmq_stop() {
  end_process "$folder/rabbitmq.pid" TERM 30
  end_process "$folder/epmd.pid" TERM 5
}

rabbitmq_wipe() {
  ! rabbitmq_running || die "RabbitMQ runs: stop it first"
  rm -rf "$(rabbitmq_data)/mnesia"
}

rabbitmq_ctl() {
  local data rabbitmq_env=()
  data=$(rabbitmq_data)
  rabbitmq_environment "$data"
  (cd / && as_user rabbitmq env "${rabbitmq_env[@]}" "$(rabbitmq_scripts)/rabbitmqctl" "$@") < /dev/null 9>&-
}

# rabbitmq_eval EXPRESSION: in the broker's own Erlang. rabbitmqctl starts one of its own for each command, which takes
# seconds of processor time. Prints the value; fails if there is none.
rabbitmq_eval() {
  local data answer
  data=$(rabbitmq_data)
  answer=$(cd / && as_user rabbitmq env -i PATH=/usr/bin:/bin HOME="$data/home" ERL_EPMD_PORT="$RABBIT_EPMD_PORT" \
    erl_call -sname "$RABBIT_NODE" -e <<< "$1" 9>&-)
  printf '%s\n' "$answer"
  [[ $answer = '{ok, '* ]]
}

rabbitmq_alarm() {
  case $1 in
    on) rabbitmq_eval 'vm_memory_monitor:set_vm_memory_high_watermark({absolute, 1}).' ;;
    off) rabbitmq_eval 'vm_memory_monitor:set_vm_memory_high_watermark(0.4).' ;;
    *) die "alarm on or off?" ;;
  esac
}
