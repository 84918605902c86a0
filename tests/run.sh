#!/usr/bin/env bash
# Everything from a bare Debian 12 to the test summary: installs the packages that are missing (as root or through sudo),
# builds the release, and lets ctest run the tests. ctest itself starts a private PostgreSQL and RabbitMQ when a chosen
# test needs them and removes them afterwards (tests/CMakeLists.txt); nothing is left running, nothing outside is touched.
#
#   tests/run.sh                 all tests, as CI does
#   tests/run.sh LEVEL...        some of: checks deploy model unit contract integration e2e faults
#   tests/run.sh faults [--long] [--seed N] [CASE]   the storm alone: ten times as many rounds, the same choices again, one
#                                case (tests/faults/README.md)
#   tests/run.sh soak [MINUTES] [--seed N]  load and a fault each 20 s for MINUTES (30): do the services keep their size? Prints
#                                a report (docs/reliability.md); not part of all, but two minutes of it are
#   tests/run.sh sanitize [asan|tsan]   services and tests under AddressSanitizer with UBSan, then under ThreadSanitizer: what
#                                CI has time for (tests/sanitizers/subset.cmake); not part of all
#   tests/run.sh containers      the images and deploy/compose.yaml in a Docker engine; not part of all
#   tests/run.sh fuzz [SECONDS [NAME...]]  the fuzzers, SECONDS (30) each; needs clang; not part of all
#   tests/run.sh bench [--rounds N] [--seconds N] [ROW...]   the benchmark (tests/bench/README.md); not part of all
#   tests/run.sh tidy [FILE...]  clang-tidy over the whole tree or these files; slow, so not part of all
# Environment: PIZZA_PRESET (release): another preset of CMakePresets.json, e.g. asan; JOBS (number of cores).
# PIZZA_PRESET=tsan tests/run.sh unit contract integration e2e faults   all that makes sense under a sanitizer
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
preset=${PIZZA_PRESET:-release}
jobs=${JOBS:-$(nproc)}
# The tests see what they set, not what this shell has.
for name in DB_URL RABBITMQ LOG_LEVEL "${!PIZZA_@}"; do unset "$name"; done

step() { printf '\n== %s (%s)\n' "$1" "$(date -u +%T)"; }

install_packages() {
  step "packages"
  deploy/lib/packages.sh ensure run build test checks "$@"
}

configure() {
  step "configure: $preset"
  cmake --preset "$preset"
}

build() {
  step "build: $preset, $jobs jobs"
  cmake --build --preset "$preset" -j "$jobs" "$@"
}

sanitized() { [[ $preset =~ ^(asan|tsan)$ ]]; }

# The sanitizers of GCC 12 know where a process has its memory only while the kernel does not scatter it much; some scatter
# more (vm.mmap_rnd_bits over 28). So sanitized programs run without that, where it may be asked for (a container may not).
calm() {
  if sanitized && setarch -R true 2> /dev/null; then setarch -R "$@"; else "$@"; fi
}

run_tests() {
  local selection=()
  [ $# = 0 ] || selection=(-L "^($(IFS='|'; echo "$*"))\$")
  step "test: $preset"
  # Whatever ends this run, its servers do not outlive it (they also watch ctest themselves).
  trap 'deploy/lib/servers.sh remove "build/$preset/test-servers"' EXIT
  calm ctest --preset "$preset" -j "$jobs" --no-tests=error "${selection[@]}"
}

run_storm() {
  while [ $# -gt 0 ]; do
    case $1 in
      --long) export PIZZA_FAULTS_LONG=1 ;;
      --seed) export PIZZA_FAULTS_SEED=${2:?--seed needs a number}; shift ;;
      -*) echo "unknown option: $1 (see tests/run.sh --help)" >&2; exit 2 ;;
      *) break ;;
    esac
    shift
  done
  step "faults"
  storm -w NoTests "${@//,/\\,}"  # a comma in a name is none between names
}

storm() {
  ! sanitized || tests/sanitizers/reports.sh forget "build/$preset/sanitizer-reports"
  local result=0
  calm "build/$preset/tests/faults_storm" --durations yes "$@" || result=$?
  ! sanitized || tests/sanitizers/reports.sh show "build/$preset/sanitizer-reports" || result=1
  return "$result"
}

run_soak() {
  export PIZZA_FAULTS_MINUTES=30
  while [ $# -gt 0 ]; do
    case $1 in
      --seed) export PIZZA_FAULTS_SEED=${2:?--seed needs a number}; shift ;;
      -*) echo "unknown option: $1 (see tests/run.sh --help)" >&2; exit 2 ;;
      *) PIZZA_FAULTS_MINUTES=$1 ;;
    esac
    shift
  done
  step "soak: $PIZZA_FAULTS_MINUTES min"
  storm -w NoTests "[.soak]"
}

run_tidy() {
  step "clang-tidy"
  local files=("$@")
  [ $# -gt 0 ] || files=('/(libs|services|tests)/.*\.cpp$')
  # clang cannot read GCC's precompiled headers; the compile commands without them are enough for it.
  mkdir -p build/tidy
  sed 's/ -Winvalid-pch -include [^ ]*cmake_pch[^ ]*//' "build/$preset/compile_commands.json" > build/tidy/compile_commands.json
  run-clang-tidy-19 -quiet -p build/tidy -j "$jobs" "${files[@]}"
}

is_level() { [[ $1 =~ ^(checks|deploy|model|unit|contract|integration|e2e|faults)$ ]]; }

case ${1:-} in
  -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  tidy) shift; install_packages tidy; configure; run_tidy "$@" ;;
  sanitize)
    shift
    for preset; do sanitized || { echo "not asan or tsan: $preset (see tests/run.sh --help)" >&2; exit 2; }; done
    install_packages
    [ $# -gt 0 ] || set -- asan tsan
    for preset; do
      configure
      build --target sanitized_tests
      run_tests sanitized
    done
    ;;
  fuzz)
    shift
    install_packages fuzz
    preset=fuzz
    configure
    build
    step "fuzz"
    exec tests/fuzz/run.sh "$@"
    ;;
  soak)
    shift
    install_packages
    configure
    build --target faults_storm
    run_soak "$@"
    ;;
  bench) shift; exec tests/bench/run.sh "$@" ;;
  containers) install_packages engine; exec tests/containers/run.sh ;;
  *)
    storm=false
    if [ "${1:-}" = faults ] && [ $# -gt 1 ] && ! is_level "$2"; then storm=true; shift; fi
    for level; do
      $storm || is_level "$level" || { echo "unknown level: $level (see tests/run.sh --help)" >&2; exit 2; }
    done
    install_packages
    configure
    [[ "$*" =~ ^(checks|deploy|model)( (checks|deploy|model))*$ ]] || build
    if $storm; then run_storm "$@"; else run_tests "$@"; fi
    ;;
esac
