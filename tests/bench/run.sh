#!/usr/bin/env bash
# Measures the paths of the system beside limits measured in the same run, and prints a table (tests/bench/README.md).
#
#   tests/bench/run.sh [--rounds N] [--seconds N] [--fewer N] [ROW...]    (--fewer: N times fewer orders stored, to try it out)
#
# Builds the release, starts a PostgreSQL and a RabbitMQ of its own with full durability, data on the disk of
# PIZZA_BENCH_FOLDER (default: build/release/bench), and removes them. Wants a quiet machine, and 20 GB for the rows with
# ten million orders.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
case ${1:-} in -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;; esac
for name in DB_URL RABBITMQ LOG_LEVEL; do unset "$name"; done
folder=${PIZZA_BENCH_FOLDER:-build/release/bench}

deploy/lib/packages.sh ensure run build test bench
launcher=()
! command -v ccache > /dev/null || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake --preset release "${launcher[@]}" > /dev/null
cmake --build --preset release -j "${JOBS:-$(nproc)}" --target bench

trap 'deploy/lib/servers.sh remove "$folder"' EXIT
deploy/lib/servers.sh start "$folder" --until-exit $$
# A quarter of the memory, as docs/operating.md has it.
quarter=$(awk '/^MemTotal/{printf "%dMB", $2 / 1024 / 4}' /proc/meminfo)
deploy/lib/servers.sh psql "$folder" -c "ALTER SYSTEM SET shared_buffers = '$quarter'"
deploy/lib/servers.sh restart-db "$folder"
PATH=$PATH:$(dirname "$(readlink -f "$(command -v /usr/lib/postgresql/*/bin/pgbench | head -n 1)")")
build/release/tests/bench --servers "$folder" "$@"
