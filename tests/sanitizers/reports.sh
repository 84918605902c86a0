#!/usr/bin/env bash
# The reports that sanitizers left in FOLDER (tests/sanitizers/options.cpp). ctest runs it around the tests of a sanitized
# build, as sanitizers/forget and sanitizers/reports.
#
#   tests/sanitizers/reports.sh forget FOLDER   before the tests: makes it, and empties it
#   tests/sanitizers/reports.sh show FOLDER     after them: prints what is there; exit 1 if there is anything
set -euo pipefail
folder=${2:?usage: $0 forget|show FOLDER}

case ${1:-} in
  forget)
    mkdir -p "$folder"
    find "$folder" -name 'report.*' -delete
    ;;
  show)
    [ -d "$folder" ] || { echo "no folder $folder" >&2; exit 1; }
    mapfile -t reports < <(find "$folder" -name 'report.*' | sort)
    for report in ${reports[@]+"${reports[@]}"}; do
      printf -- '--- %s\n' "$report"
      cat "$report"
    done
    echo "${#reports[@]} processes were reported by a sanitizer"
    [ ${#reports[@]} = 0 ]
    ;;
  *) echo "usage: $0 forget|show FOLDER" >&2; exit 2 ;;
esac
