# The PostgreSQL half of servers.sh. Sourced; uses $folder and the endpoint variables.
# shellcheck shell=bash disable=SC2154

postgres_bin() {
  local bin
  for bin in /usr/lib/postgresql/15/bin /usr/lib/postgresql/*/bin; do
    [ -x "$bin/postgres" ] && { printf '%s' "$bin"; return; }
  done
  die "PostgreSQL is not installed (package postgresql-15)"
}

postgres_running() { alive "$folder/postgres.pid" >/dev/null; }

postgres_data() { printf '%s' "$(readlink -f "$folder/data")/postgres"; }

# A new cluster: passwords (scram) for everyone, no trust, not even over a local socket.
postgres_create() {
  local data=$1 bin=$2 result=0
  [ ! -s "$data/PG_VERSION" ] || return 0
  rm -rf "$data"
  mkdir -m 700 "$data"
  (umask 077; printf '%s\n' "$DB_ADMIN_PASSWORD" > "$data.password")
  ! is_root || chown postgres: "$data" "$data.password"
  (cd / && as_user postgres "$bin/initdb" -D "$data" -U "$DB_ADMIN" --pwfile="$data.password" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions) > "$folder/log/initdb.log" 2>&1 < /dev/null 9>&- ||
    result=$?
  rm -f "$data.password"
  [ $result = 0 ] || { show_log "$folder/log/initdb.log"; rm -rf "$data"; return 1; }
}

# A crash leaves postmaster.pid behind; PostgreSQL would take any process of ours that now has this pid for a server.
postgres_forget_crash() {
  local pid
  [ -s "$1/postmaster.pid" ] && read -r pid < "$1/postmaster.pid" || return 0
  tr '\0' ' ' < "/proc/$pid/cmdline" 2>/dev/null | grep -qF "$1" || rm -f "$1/postmaster.pid"
}

# Starts it on DB_PORT (idempotent) and waits until it answers. Durability is PostgreSQL's default: full.
postgres_start() {
  ! postgres_running || return 0
  local data bin pid left=600
  data=$(postgres_data) bin=$(postgres_bin)
  postgres_create "$data" "$bin" || return 1
  postgres_forget_crash "$data"
  (cd / && as_user postgres "$bin/postgres" -D "$data" -p "$DB_PORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c max_connections=200 -c timezone=UTC -c log_timezone=UTC \
    -c client_connection_check_interval=5s) >> "$folder/log/postgres.log" 2>&1 < /dev/null 9>&- &
  pid=$!
  remember_pid "$folder/postgres.pid" "$pid"
  while ! "$bin/pg_isready" -q -h 127.0.0.1 -p "$DB_PORT" -U "$DB_ADMIN"; do
    if ! postgres_running || [ $((left--)) -le 0 ]; then
      postgres_stop immediate
      return 1
    fi
    sleep 0.05
  done
  # Only now it is surely ours that answers on this port.
  postgres_running
}

# postgres_stop fast|immediate
postgres_stop() {
  case $1 in
    fast) end_process "$folder/postgres.pid" INT 30 ;;
    immediate) end_process "$folder/postgres.pid" QUIT 10 ;;
    *) die "stop the database how? fast or immediate" ;;
  esac
}

postgres_psql() {
  PGPASSWORD=$DB_ADMIN_PASSWORD "$(postgres_bin)/psql" -h 127.0.0.1 -p "$DB_PORT" -U "$DB_ADMIN" \
    -d postgres -X -q -v ON_ERROR_STOP=1 "$@"
}
