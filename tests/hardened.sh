#!/usr/bin/env bash
# Are the executables that ship hardened (docs/hardening.md)? Read from the files themselves, whatever the build was told.
#
#   tests/hardened.sh [FILE...]     the five of build/release/bin if not given; exit 1 names each file and what it lacks
set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "$0")")")
# shellcheck source=../deploy/lib/build.sh
. "$root/deploy/lib/build.sh"
[ $# -gt 0 ] || set -- "${executables[@]/#/$root/build/release/bin/}"
bad=0

fault() { echo "${file#"$root"/}: $1"; bad=1; }
# What readelf says has PATTERN; or has it not.
has() { grep -qE -- "$2" <<< "$1" || fault "$3"; }
has_not() { ! grep -qE -- "$2" <<< "$1" || fault "$3"; }

check_file() {
  local segments dynamic symbols
  segments=$(readelf -Wl "$file") dynamic=$(readelf -Wd "$file") symbols=$(readelf -W --dyn-syms "$file")
  has "$dynamic" 'FLAGS_1.* PIE' "not position-independent (-pie)"
  has_not "$dynamic" 'TEXTREL' "its code is written to when it is loaded (-z text)"
  has "$segments" 'GNU_RELRO' "its tables of addresses stay writable (-z relro)"
  has "$dynamic" 'FLAGS_1.* NOW' "functions of libraries are looked up late, so their table stays writable (-z now)"
  has "$segments" 'GNU_STACK.* RW ' "the stack is executable (-z noexecstack)"
  has_not "$segments" 'LOAD.* RWE ' "a part of it is writable and executable"
  has_not "$dynamic" '\((RPATH|RUNPATH)\)' "says where libraries are looked for (RPATH, RUNPATH)"
  has "$symbols" ' __stack_chk_fail(@|$)' "no stack protector (-fstack-protector-strong)"
  has "$symbols" ' __[a-z]+_chk(@|$)' "no checked function of the C library (-D_FORTIFY_SOURCE)"
}

# The compiler notes its options in what it makes, once for all units that had the same: those of every unit are seen. An
# option that a later one takes back is noted too.
overridden='s/ -fstack-protector-strong(.* -fno-stack-protector)/\1/; s/ -(fcf|mbranch)-protection=[a-z]+(.* -\1-protection=)/\2/'
check_units() {
  local options option branches=-fcf-protection=full
  [ "$(uname -m)" != aarch64 ] || branches=-mbranch-protection=standard
  options=$(readelf -zp .debug_str "$file" 2> /dev/null | grep -oE 'GNU C[+0-9].*' | sed -E "$overridden" || true)
  [ -n "$options" ] || { fault "does not tell how it was compiled (-g1)"; return; }
  for option in -fPIE -fstack-protector-strong -fstack-clash-protection "$branches"; do
    ! grep -qvF -- " $option" <<< "$options" || fault "something in it was compiled without $option"
  done
}

for file; do
  [ -e "$file" ] || { fault "is not there"; continue; }
  check_file
  check_units
done
[ "$bad" = 0 ] || exit 1
echo "hardened: $# executables"
