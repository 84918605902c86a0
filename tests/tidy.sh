#!/usr/bin/env bash
# Does clang-tidy find nothing? Exits 1 if it finds something. Needs clang-tidy (deploy/lib/packages.sh ensure tidy); nothing has
# to be compiled.
#
#   tests/tidy.sh [--seconds N] [--seed N] [--record] [--changed | FILE...]
#     FILE...        these .cpp files; without, every one that the build compiles
#     --changed      only what is not as tests/tidy_baseline says it was when nothing was found
#     --seconds N    starts no file after N seconds; says how many and which were left out, and does not fail for it
#     --seed N       the order, the files first that were edited themselves; so what is left out differs from run to run
#     --record       puts into tests/tidy_baseline what was looked at and is clean
# Environment: JOBS (number of cores).
#
# A line of the baseline that begins with `-` is of a file that was never clean: --changed says how many there are and looks at none.
# Any other line: the sum of a .cpp file, the sum of what else its findings come from, its name. That is .clang-tidy,
# the version of clang-tidy, and the project's headers that the file names (and what those name, where no .cpp file does). So
# a changed header marks the files that name it, not all that get to see it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
baseline=tests/tidy_baseline
commands=build/tidy/compile_commands.json
export LC_ALL=C
changed=false record=false seconds=1000000 seed=$RANDOM
while [[ ${1:-} == -* ]]; do
  case $1 in
    --changed) changed=true ;;
    --record) record=true ;;
    --seconds) seconds=$2; shift ;;
    --seed) seed=$2; shift ;;
    -h | --help) sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) echo "unknown option: $1 (see tests/tidy.sh --help)" >&2; exit 2 ;;
  esac
  shift
done
# Each file by itself, and without GCC's precompiled headers, which clang cannot read.
cmake --preset release -B build/tidy -D PIZZA_FAST_BUILD=OFF > /dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
touch "$work"/{clean,found,left}

# Every .cpp file that the build compiles, with the headers its line of the baseline speaks of.
sources_with_headers() {
  sed -n "s|^ *\"file\": \"$PWD/\(.*\.cpp\)\".*|= \1|p" "$commands" | grep -v '^= build/' | sort -u |
    cat - <(find libs services tests -name '*.hpp' | sed 's/^/h /' | sort) \
      <(grep -roE --include='*.[ch]pp' '^ *#include "[^"]+' libs services tests | sed 's/: *#include "/ /;s/^/i /' | sort) |
    awk '
    $1 == "=" { sources[++count] = $2 }
    $1 == "h" { known[$2]; for (name = $2; sub(/^[^\/]*\//, "", name);) named[name] = named[name] " " $2 }
    $1 == "i" {
      beside = $2; sub(/[^\/]*$/, $3, beside)
      headers = beside in known ? " " beside : named[$3]
      included[$2] = included[$2] headers
      n = split(headers, header, " ")
      if ($2 ~ /cpp$/) for (i = 1; i <= n; ++i) by_source[header[i]]
    }
    function headers_of(source, file,    header, n, i, all) {
      n = split(included[file], header, " ")
      for (i = 1; i <= n; ++i)
        if (!((source, header[i]) in met) && (file == source || !(header[i] in by_source))) {
          met[source, header[i]]
          all = all " " header[i] headers_of(source, header[i])
        }
      return all
    }
    END { for (i = 1; i <= count; ++i) print sources[i] headers_of(sources[i], sources[i]) }'
}

# The baseline as it would be if everything were clean.
state() {
  local rules source headers own others
  rules=$({ clang-tidy-19 --version | grep -io 'version.*'; cat .clang-tidy tests/.clang-tidy; } | b2sum -l 64)
  while read -r source headers; do
    own=$(b2sum -l 64 "$source")
    # shellcheck disable=SC2086 # several names
    others=$(cat /dev/null $headers <(echo "$rules") | b2sum -l 64)
    echo "${own%% *} ${others%% *} $source"
  done < <(sources_with_headers)
}

# The names of the chosen files, in the order in which they are looked at.
chosen() {
  if [ $# -gt 0 ]; then printf '%s\n' "$@"; return; fi
  { ! $changed || sed 's/^/was /' "$baseline"; sort -R --random-source=<(yes "$seed") "$work/state"; } |
    awk '$1 == "was" {own[$4] = $2; others[$4] = $3; next}
         own[$3] == "-" {next}
         own[$3] != $1 || others[$3] != $2 {print (own[$3] == $1), $3}' | sort -s -k 1,1 | cut -d' ' -f2
}

look() {
  if [ "$(date +%s)" -ge "$end" ]; then echo "$1" >> "$work/left"; return; fi
  local list=clean
  clang-tidy-19 -quiet -p "$work" --extra-arg=-idirafter"$gcc" "$1" > "$work/output.$$" 2>&1 || list=found
  echo "$1" >> "$work/$list"
  if [ $list = found ]; then cat "$work/output.$$"; else echo "clean: $1"; fi
}

# The baseline after this run: of what was not looked at it says what it said.
recorded() {
  { sed 's/^/clean /' "$work/clean"; sed 's/^/found /' "$work/found"
    sed 's/^/was /' "$baseline"; sed 's/^/is /' "$work/state"; } |
    awk '$1 == "clean" {clean[$2]}
         $1 == "found" {found[$2]}
         $1 == "was" && !($4 in clean) && !($4 in found) || $1 == "is" && $4 in clean {print $2, $3, $4}' |
    while read -r line; do [ ! -f "${line##* }" ] || echo "$line"; done | sort -k 3
}

# <backtrace.h> is GCC's. The tests' precompiled header is there in every build.
gcc=$(g++ -print-file-name=include)
sed 's/ -Winvalid-pch -include [^ ]*cmake_pch[^ ]*//' "$commands" > "$work/compile_commands.json"
state > "$work/state"
chosen "$@" > "$work/chosen"
echo "clang-tidy: $(wc -l < "$work/chosen") of $(wc -l < "$work/state") files, seed $seed"
end=$(($(date +%s) + seconds))
export work end gcc
export -f look
xargs -r -P "${JOBS:-$(nproc)}" -I{} bash -c 'look {}' < "$work/chosen"
if $record; then recorded > "$work/baseline"; cp "$work/baseline" "$baseline"; fi
if [ -s "$work/left" ]; then
  echo "left out: clang-tidy, $(wc -l < "$work/left") of $(wc -l < "$work/chosen") files, by time and seed $seed (all: tests/run.sh tidy --changed)" |
    tee -a "${PIZZA_TEST_REPORT:-/dev/null}"
fi
unclean=$(grep -c '^-' "$baseline" || true)
if $changed && [ "$unclean" != 0 ]; then
  echo "left out: clang-tidy, $unclean files that never were clean (tests/tidy_baseline)" | tee -a "${PIZZA_TEST_REPORT:-/dev/null}"
fi
if [ -s "$work/found" ]; then
  echo "clang-tidy finds something in: $(paste -sd ' ' "$work/found")"
  exit 1
fi
