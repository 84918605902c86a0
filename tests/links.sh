#!/usr/bin/env bash
# Relative links of the documentation lead to files that exist.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
bad=0
count=0
while IFS=: read -r file line link; do
  target=${link#*](}
  target=${target%%[)#]*}
  case $target in '' | *://*) continue ;; esac
  count=$((count + 1))
  [ -e "$(dirname "$file")/$target" ] || { echo "$file:$line: no such file: $target"; bad=1; }
done < <(git ls-files '*.md' | xargs grep -noE '\]\([^)]+\)')
[ "$count" -gt 20 ] || { echo "only $count links were found"; bad=1; }
[ "$bad" = 0 ] || exit 1
echo "links: $count, all lead somewhere"
