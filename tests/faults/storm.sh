#!/usr/bin/env bash
# The storm: storm.sh EXECUTABLE ARGUMENT...
# With PIZZA_FAULTS_SAMPLE only so many of its cases, which PIZZA_FAULTS_SEED chooses; the others are told as left out.
set -euo pipefail
executable=$1
shift
if [ -n "${PIZZA_FAULTS_SAMPLE:-}" ]; then
  mapfile -t cases < <("$executable" --list-test-names-only "~[.soak]" | sed '/^$/d' |
    awk -v seed="${PIZZA_FAULTS_SEED:?}" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | cut -f 2-)
  chosen=("${cases[@]:0:PIZZA_FAULTS_SAMPLE}")
  echo "left out: faults/storm, $((${#cases[@]} - ${#chosen[@]})) of its ${#cases[@]} cases, by seed $PIZZA_FAULTS_SEED (all: tests/run.sh faults)" |
    tee -a "${PIZZA_TEST_REPORT:-/dev/null}"
  chosen=("${chosen[@]//,/\\,}")
  set -- "$@" "$(IFS=,; echo "${chosen[*]}")"
fi
exec "$executable" "$@"
