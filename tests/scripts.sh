#!/usr/bin/env bash
# Is every shell script clean for shellcheck, executable, and does it say at its top what it is for?
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
mapfile -t scripts < <(find deploy tests -name '*.sh'; echo .ci/run)
shellcheck -x -P SCRIPTDIR "${scripts[@]}"
failed=0
for script in "${scripts[@]}"; do
  if head -n 1 "$script" | grep -q '^#!'; then
    [ -x "$script" ] || { echo "$script: not executable"; failed=1; }
    sed -n 2p "$script" | grep -q '^# ' || { echo "$script: does not say what it is for"; failed=1; }
  fi
done
exit $failed
