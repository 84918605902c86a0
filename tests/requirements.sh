#!/usr/bin/env bash
# The requirement table names code and tests that exist: every path in the tables of docs/requirements.md is looked up.
# A test is tests/PATH_test.cpp or tests/PATH; code is a path in the root, services/ or libs/, and what stands in
# parentheses after it is a word in that file.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
table=docs/requirements.md
bad=0
rows=0

complain() { echo "$table:$1: $2"; bad=1; }

code_file() {
  local root
  for root in . services libs; do
    [ ! -e "$root/$1" ] || { echo "$root/$1"; return; }
  done
}

# shellcheck disable=SC2016
check_code() {
  local line=$1 cell=$2 path word file
  [[ $cell == *'`'* ]] || complain "$line" "names no code"
  while read -r path word; do
    file=$(code_file "$path")
    if [ -z "$file" ]; then
      complain "$line" "no such code: $path"
    elif [ -n "$word" ] && ! grep -qw -- "$word" "$file"; then
      complain "$line" "$path has no $word"
    fi
  done < <(grep -oE '`[^`]+`( \(`[^`]+`\))?' <<< "$cell" | tr -d '`()')
}

# shellcheck disable=SC2016
check_tests() {
  local line=$1 cell=$2 path
  [[ $cell == *'`'* ]] || complain "$line" "names no test"
  while read -r path; do
    [ -e "tests/${path}_test.cpp" ] || [ -f "tests/$path" ] || complain "$line" "no such test: $path"
  done < <(grep -oE '`[^`]+`' <<< "$cell" | tr -d '`')
}

line=0
while IFS= read -r text; do
  line=$((line + 1))
  [ "$text" != '## Log actions' ] || break
  [[ $text == '|'* && $text != '|---'* && $text != '| requirement '* ]] || continue
  rows=$((rows + 1))
  IFS='|' read -r _ _ code tests _ <<< "$text"
  check_code "$line" "$code"
  check_tests "$line" "$tests"
done < "$table"

[ "$rows" -gt 80 ] || { echo "only $rows rows were read from $table"; bad=1; }
[ "$bad" = 0 ] || exit 1
echo "requirements: $rows rows, every path exists"
