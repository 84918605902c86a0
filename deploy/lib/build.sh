# Builds the executables of the release with a short account of the progress. Sourced by local.sh; uses $root and $here.
# shellcheck shell=bash disable=SC2154

executables=(order-service kitchen-worker tracking-service notification-subscriber restaurant-system)

# Turns ninja's `[12/148] …` into a line per tenth, or one moving line on a terminal.
show_build_progress() {
  local line built total tenth last=-1
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    built=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    [ "$total" -gt 10 ] || continue   # a few steps are done before they are read
    tenth=$((built * 10 / total))
    if [ -t 1 ]; then
      printf '\r  %3d %% (%d of %d)' $((built * 100 / total)) "$built" "$total"
    elif [ "$tenth" != "$last" ]; then
      say "  $((built * 100 / total)) % ($built of $total)"
    fi
    last=$tenth
  done
  [ "$last" = -1 ] || [ ! -t 1 ] || echo
}

build_release() {
  local log=$here/logs/build.log
  SECONDS=0
  (
    cd "$root" || exit 1
    # A failed or interrupted configuration leaves a cache without build files.
    [ -e build/release/build.ninja ] || cmake --preset release > "$log" 2>&1 || exit 1
    cmake --build --preset release --target "${executables[@]}" 2>&1 | tee -a "$log" | show_build_progress
  ) 8>&- || { show_log "$log" 30; die "the build failed (whole log: $log)"; }
  say "  built in $SECONDS s: build/release/bin/"
}
