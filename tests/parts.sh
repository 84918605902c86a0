#!/usr/bin/env bash
# The parts of the tests one after the other, each however the others end; the last lines say what became of each, and how to
# run it alone.
#
#   tests/parts.sh ci SEED           tests/run.sh ci: within 45 minutes, of what is long a sample that SEED chooses
#   tests/parts.sh everything SEED   tests/run.sh everything: all of it; hours
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
what=$1 seed=$2
summary=() passed=0 failed=0 left_out=0

# part COMMAND...: the command is the name of the part.
part() {
  local begin=$SECONDS result=0 line took
  printf '\n======== %s\n' "$*"
  rm -f build/test-report
  "$@" || result=$?
  printf -v took '%d:%02d' $(((SECONDS - begin) / 60)) $(((SECONDS - begin) % 60))
  if [ $result = 0 ]; then
    passed=$((passed + 1))
    summary+=("$(printf 'passed    %6s  %s' "$took" "$*")")
  else
    failed=$((failed + 1))
    summary+=("$(printf 'FAILED    %6s  %s' "$took" "$*")")
  fi
  while IFS= read -r line; do summary+=("                  $line"); done < <(cat build/test-report 2> /dev/null)
}

# leave_out COMMAND REASON
leave_out() {
  left_out=$((left_out + 1))
  summary+=("left out          $1: $2")
}

# Clang is not to be had everywhere.
fuzz() {
  if deploy/lib/packages.sh ensure fuzz; then part tests/run.sh fuzz "$@"; else leave_out "tests/run.sh fuzz" "clang cannot be installed"; fi
}

containers() {
  local why
  if why=$(tests/containers/run.sh --possible 2>&1); then part tests/run.sh containers "$@"; else leave_out "tests/run.sh containers" "$why"; fi
}

echo "seed $seed"
if [ "$what" = ci ]; then
  sanitizers=(asan tsan) container_parts=(restaurant packages)
  part tests/run.sh --seed "$seed"
  part tests/run.sh tidy --changed --seconds 180 --seed "$seed"
  part tests/run.sh faults --sample 5 --seed $((seed + 1))
  part tests/run.sh soak 2 --seed "$seed"
  part tests/run.sh sanitize "${sanitizers[seed % 2]}"
  leave_out "tests/run.sh sanitize ${sanitizers[(seed + 1) % 2]}" "by seed $seed"
  fuzz 20
  containers "${container_parts[seed / 2 % 2]}"
  leave_out "tests/run.sh containers ${container_parts[(seed / 2 + 1) % 2]}" "by seed $seed"
else
  part tests/run.sh checks deploy model unit contract integration e2e faults
  part tests/run.sh tidy
  part tests/run.sh faults --long --seed "$seed"
  part tests/run.sh soak 30 --seed "$seed"
  part tests/run.sh sanitize
  fuzz 600
  containers
  part tests/run.sh bench
fi

printf '\n== %s: %d:%02d min, seed %s\n' "$what" $((SECONDS / 60)) $((SECONDS % 60)) "$seed"
printf '  %s\n' "${summary[@]}"
echo "$passed passed, $failed failed, $left_out skipped"
[ $failed = 0 ]
