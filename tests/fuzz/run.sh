#!/usr/bin/env bash
# Runs each fuzzer for a while on top of its kept corpus (tests/fuzz/corpus/NAME). What it finds new stays in
# build/fuzz/corpus/NAME; an input that breaks a promise is kept in build/fuzz/findings, told, and ends the run with 1.
#
#   tests/fuzz/run.sh [SECONDS [NAME...]]     SECONDS (30) for each fuzzer; the preset fuzz must be built
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
seconds=${1:-30}
[ $# = 0 ] || shift
names=("$@")
[ $# -gt 0 ] || mapfile -t names < <(find tests/fuzz/corpus -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort)
failed=()
mkdir -p build/fuzz/findings
for name in "${names[@]}"; do
  found=build/fuzz/corpus/$name
  mkdir -p "$found"
  log=build/fuzz/$name.log
  dictionary=()
  [ ! -e "tests/fuzz/$name.dict" ] || dictionary=("-dict=tests/fuzz/$name.dict")
  # libFuzzer may hang in its own alarm.
  if timeout -k 5 $((seconds + 120)) "build/fuzz/bin/fuzz_$name" -max_total_time="$seconds" -max_len=4096 -timeout=10 -rss_limit_mb=1024 -verbosity=1 \
      -print_final_stats=1 -artifact_prefix="build/fuzz/findings/$name-" "${dictionary[@]}" "$found" \
      "tests/fuzz/corpus/$name" > "$log" 2>&1; then
    printf '%-14s %s executions, nothing found\n' "$name" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
  else
    failed+=("$name")
    printf '%-14s FOUND something:\n' "$name"
    grep -vE '^#[0-9]+' "$log" | tail -n 40
  fi
done
[ ${#failed[@]} = 0 ] || { echo "findings in build/fuzz/findings: ${failed[*]}" >&2; exit 1; }
