#!/usr/bin/env bash
# Everything from a bare Debian 12 to the test summary: installs the packages that are missing (as root or through sudo),
# builds the release, and lets ctest run the tests. ctest itself starts a private PostgreSQL and RabbitMQ when a chosen
# test needs them and removes them afterwards (tests/CMakeLists.txt); nothing is left running, nothing outside is touched.
#
#   tests/run.sh [--seed N]      what a developer waits for: every level; of the storm a few cases, which the seed chooses
#   tests/run.sh LEVEL...        some levels, whole: checks deploy model unit contract integration e2e faults
#   tests/run.sh faults [--long] [--sample N] [--seed N] [CASE]   the storm alone: ten times as many rounds, N of its cases,
#                                the same choices again, one case (tests/faults/README.md)
#   tests/run.sh soak [MINUTES] [--seed N]  load and a fault each 20 s for MINUTES (30): do the services keep their size? Prints
#                                a report (docs/reliability.md)
#   tests/run.sh sanitize [asan|tsan]   services and tests under AddressSanitizer with UBSan, then under ThreadSanitizer
#                                (tests/sanitizers/subset.cmake)
#   tests/run.sh fuzz [SECONDS [NAME...]]  the fuzzers, SECONDS (30) each; needs clang
#   tests/run.sh containers [restaurant|packages]  the images and deploy/compose.yaml in a Docker engine; Debian packages
#   tests/run.sh tidy [--changed | FILE...]  clang-tidy: the whole tree, what changed since it was last clean, or these files
#   tests/run.sh bench [--rounds N] [--seconds N] [ROW...]   the benchmark (tests/bench/README.md)
#   tests/run.sh ci [--seed N]   what .ci/run runs: the first line, and samples of the others that the seed chooses
#   tests/run.sh everything      every line above, whole; takes hours
# Environment: PIZZA_PRESET (release): another preset of CMakePresets.json, e.g. asan; JOBS (number of cores).
# PIZZA_PRESET=tsan tests/run.sh unit contract integration e2e faults   all that makes sense under a sanitizer
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
# shellcheck source=progress.sh
. tests/progress.sh
preset=${PIZZA_PRESET:-release}
jobs=${JOBS:-$(nproc)}
# The tests see what they set, not what this shell has.
for name in DB_URL RABBITMQ LOG_LEVEL "${!PIZZA_@}"; do unset "$name"; done
export PIZZA_TEST_REPORT=$PWD/build/test-report
mkdir -p build
: > "$PIZZA_TEST_REPORT"

install_packages() {
  step "packages"
  deploy/lib/packages.sh ensure run build test checks "$@" | follow
}

configure() {
  step "configure: $preset"
  cmake --preset "$preset" | follow
}

build() {
  step "build: $preset, $jobs jobs"
  cmake --build --preset "$preset" -j "$jobs" "$@" | follow
}

sanitized() { [[ $preset =~ ^(asan|tsan)$ ]]; }

# The sanitizers of GCC 12 know where a process has its memory only while the kernel does not scatter it much; some scatter
# more (vm.mmap_rnd_bits over 28). So sanitized programs run without that, where it may be asked for (a container may not).
calm() {
  if sanitized && setarch -R true 2> /dev/null; then setarch -R "$@"; else "$@"; fi
}

# Most of a test's time is waiting for something, so more of them run than there are cores.
run_tests() {
  local selection=() result=0 at_once=$((jobs * 3)) failed=build/$preset/Testing/Temporary/LastTestsFailed.log
  [ $# = 0 ] || selection=(-L "^($(IFS='|'; echo "$*"))\$")
  ! sanitized || at_once=$((jobs * 2))
  step "test: $preset"
  rm -f "$failed"
  # Whatever ends this run, its servers do not outlive it (they also watch ctest themselves).
  trap 'deploy/lib/servers.sh remove "build/$preset/test-servers"' EXIT
  calm ctest --preset "$preset" -j "$at_once" --no-tests=error "${selection[@]}" | follow || result=$?
  [ ! -e "$failed" ] || sed "s|^[0-9]*:\(.*\)|failed (seed $seed): ctest --preset $preset -R '^\1\$'|" "$failed" >> "$PIZZA_TEST_REPORT"
  show_report
  return "$result"
}

# What failed, and what was left out: a line each, at the end.
show_report() {
  sort -u -o "$PIZZA_TEST_REPORT" "$PIZZA_TEST_REPORT"
  [ ! -s "$PIZZA_TEST_REPORT" ] || { echo; cat "$PIZZA_TEST_REPORT"; }
}

run_storm() {
  step "faults (seed $seed)"
  storm -w NoTests "${@//,/\\,}"  # a comma in a name is none between names
}

storm() {
  ! sanitized || tests/sanitizers/reports.sh forget "build/$preset/sanitizer-reports"
  local result=0
  calm tests/faults/storm.sh "build/$preset/tests/faults_storm" --durations yes "$@" | follow || result=$?
  ! sanitized || tests/sanitizers/reports.sh show "build/$preset/sanitizer-reports" || result=1
  show_report
  return "$result"
}

is_level() { [[ $1 =~ ^(checks|deploy|model|unit|contract|integration|e2e|faults)$ ]]; }

bad_usage() { echo "$* (see tests/run.sh --help)" >&2; exit 2; }

# Options that decide what is left to chance, in front of or behind the others; $words is what is left.
seed=$(($(date +%s%N) / 1000 % 1000000))
read_options() {
  words=()
  while [ $# -gt 0 ]; do
    case $1 in
      --long) export PIZZA_FAULTS_LONG=1 ;;
      --seed) seed=${2:?--seed needs a number}; shift ;;
      --sample) export PIZZA_FAULTS_SAMPLE=${2:?--sample needs a number}; shift ;;
      -*) bad_usage "unknown option: $1" ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  [[ $seed =~ ^[0-9]+$ ]] || bad_usage "--seed needs a number, not '$seed'"
  export PIZZA_FAULTS_SEED=$seed
}

what=${1:-}
case $what in
  -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0" ;;
  tidy)
    shift
    install_packages tidy
    step "clang-tidy"
    tests/tidy.sh "$@" | follow
    ;;
  sanitize)
    read_options "${@:2}"
    for preset in "${words[@]}"; do sanitized || bad_usage "not asan or tsan: $preset"; done
    [ ${#words[@]} -gt 0 ] || words=(asan tsan)
    install_packages
    for preset in "${words[@]}"; do
      configure
      build --target sanitized_tests
      run_tests sanitized
    done
    ;;
  fuzz)
    install_packages fuzz
    preset=fuzz
    configure
    build
    step "fuzz"
    tests/fuzz/run.sh "${@:2}" | follow
    ;;
  soak)
    read_options "${@:2}"
    export PIZZA_FAULTS_MINUTES=${words[0]:-30}
    install_packages
    configure
    build --target faults_storm
    step "soak: $PIZZA_FAULTS_MINUTES min (seed $seed)"
    storm -w NoTests "[.soak]"
    ;;
  bench) exec tests/bench/run.sh "${@:2}" ;;
  containers)
    install_packages engine
    tests/containers/run.sh "${@:2}" | follow
    ;;
  ci | everything)
    read_options "${@:2}"
    exec tests/parts.sh "$what" "$seed"
    ;;
  *)
    storm=false
    if [ "$what" = faults ] && [ $# -gt 1 ] && ! is_level "$2"; then storm=true; shift; fi
    read_options "$@"
    set -- "${words[@]}"
    [ $# -gt 0 ] || export PIZZA_FAULTS_SAMPLE=4
    for level; do $storm || is_level "$level" || bad_usage "unknown level: $level"; done
    echo "seed $seed"
    install_packages
    configure
    [[ "$*" =~ ^(checks|deploy|model)( (checks|deploy|model))*$ ]] || build
    if $storm; then run_storm "$@"; else run_tests "$@"; fi
    ;;
esac
