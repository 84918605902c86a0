# What a long run shows of itself. Sourced.
# shellcheck shell=bash

step() { printf '\n== %s (%s)\n' "$1" "$(date -u +%T)"; }

# Passes on what comes in, and says each ten seconds without a line that the work goes on, and (of ctest) at what.
follow() {
  local line result begin=$SECONDS at_work=' '
  while :; do
    result=0
    IFS= read -r -t 10 line || result=$?
    if [ $result = 0 ]; then
      if [[ $line =~ ^\ +Start\ +[0-9]+:\ (.+)$ ]]; then
        at_work+="${BASH_REMATCH[1]} "
        continue   # its result has a line of its own
      elif [[ $line =~ Test\ +#[0-9]+:\ ([^ ]+) ]]; then
        at_work=${at_work/ "${BASH_REMATCH[1]}" / }
      fi
      printf '%s\n' "$line"
    elif [ $result -gt 128 ]; then
      printf '   … %d s%s\n' $((SECONDS - begin)) "${at_work% }"
    else
      [ -z "$line" ] || printf '%s\n' "$line"
      return 0
    fi
  done
}
