#!/usr/bin/env bash
# Is every C++ file as .clang-format wants it?
#
#   tests/format.sh          exit 1 and the places if not
#   tests/format.sh --fix    formats them
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
mode=(--dry-run -Werror)
[ "${1:-}" != --fix ] || mode=(-i)
find libs services tests -name '*.[ch]pp' -print0 | xargs -0 clang-format-19 "${mode[@]}"
