# Small helpers shared by deploy/ and tests/ scripts. Sourced, not run; the caller sets `set -euo pipefail`.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "error: $*"; exit 1; }

# show_log FILE [LINES]: the end of a log, indented, after an error message.
show_log() { [ ! -s "$1" ] || { warn "last lines of $1:"; tail -n "${2:-15}" "$1" | sed 's/^/  | /' >&2; }; }

is_root() { [ "$(id -u)" = 0 ]; }

# random_word [LENGTH]: letters and digits, safe in URLs and config files.
random_word() {
  local bytes
  bytes=$(od -An -tx1 -N "$(((${1:-24} + 1) / 2))" /dev/urandom)
  printf '%s' "${bytes//[[:space:]]/}"
}

# --- processes: a pid alone may be recycled, so a pid file holds the pid and the process's start time ---------------

# start_time PID: in clock ticks since boot; empty if there is no such process (or only its zombie).
start_time() {
  local stat fields
  { stat=$(< "/proc/$1/stat"); } 2>/dev/null || return 0
  read -ra fields <<< "${stat##*) }"
  [ "${fields[0]}" = Z ] || printf '%s' "${fields[19]}"
}

# remember_pid FILE PID
remember_pid() { printf '%s %s\n' "$2" "$(start_time "$2")" > "$1"; }

# alive FILE: is the very process that FILE remembers still running? Prints its pid.
alive() {
  local pid started
  [ -s "$1" ] && read -r pid started < "$1" || return 1
  [ -n "$started" ] && [ "$(start_time "$pid")" = "$started" ] && printf '%s' "$pid"
}

# send_signal SIGNAL PID: quietly; false if it is gone.
send_signal() { kill "-$1" "$2" 2>/dev/null; }

# wait_gone FILE SECONDS: until the process that FILE remembers has ended.
wait_gone() {
  local left=$(($2 * 20))
  while alive "$1" >/dev/null; do
    [ $((left--)) -gt 0 ] || return 1
    sleep 0.05
  done
}

# end_process FILE SIGNAL SECONDS: asks it to end, insists after SECONDS, forgets it.
end_process() {
  local pid
  if pid=$(alive "$1"); then
    send_signal CONT "$pid" || true
    send_signal "$2" "$pid" || true
    if ! wait_gone "$1" "$3"; then
      send_signal KILL "$pid" || true
      wait_gone "$1" 5 || return 1
    fi
  fi
  rm -f "$1"
}

# process_tree PID: PID and all its descendants.
process_tree() {
  local child children
  printf '%s\n' "$1"
  children=$(cat "/proc/$1/task/"*/children 2>/dev/null) || true
  for child in $children; do process_tree "$child"; done
}

# --- ports -----------------------------------------------------------------------------------------------------------

# port_free PORT: nothing of this machine listens on it or talks from it (state 06, TIME_WAIT, is only a memory).
port_free() {
  local hex
  printf -v hex ':%04X' "$1"
  ! awk -v port="$hex" '$2 ~ port "$" && $4 != "06" { found = 1 } END { exit !found }' /proc/net/tcp /proc/net/tcp6 2>/dev/null
}

# free_port: a random port below the range that outgoing connections use. Another may take it before the caller does,
# so callers that can retry do. Tests take theirs from 24000 on, so that none takes the port of a server that restarts.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 4000))
    port_free "$port" && { printf '%s' "$port"; return; }
  done
}

# listening PORT: something accepts connections on loopback.
listening() { (exec 3<> "/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
