#!/usr/bin/env bash
# Shows that tests/hardened.sh finds what it is for: a small program that lacks one thing must be refused for it, and one
# that lacks nothing must not.
set -euo pipefail
check=$(dirname "$(readlink -f "$0")")/hardened.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
branches=-fcf-protection=full
[ "$(uname -m)" != aarch64 ] || branches=-mbranch-protection=standard
hardened=(-g1 -O2 -fPIE -fstack-protector-strong -fstack-clash-protection "$branches"
          -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
          -pie "-Wl,-z,relro,-z,now,-z,noexecstack")

cat > "$work/main.c" << 'CODE'
#include <stdio.h>
#include <string.h>
#ifdef MIXED
__asm__(".pushsection .mixed, \"awx\"; .byte 0; .popsection");
#endif
int other(char* text);
int main(int count, char** words) {
  char text[8];
  strcpy(text, words[count - 1]);
  return puts(text) + other(text);
}
CODE
echo 'int other(char* text) { char copy[80]; return __builtin_sprintf(copy, "%s", text); }' > "$work/other.c"

# build OPTION...: these after all that is asked for.
build() { gcc -w "${hardened[@]}" "$@" "$work/main.c" "$work/other.c" -o "$work/program"; }

judged() {
  local found
  if found=$("$check" "$work/program"); then
    echo "not found: $1"; failed=1
  elif ! grep -qF -- "$1" <<< "$found"; then
    printf 'found, but for another reason (%s):\n%s\n' "$1" "$found"; failed=1
  fi
}

# refused REASON OPTION...
refused() { build "${@:2}"; judged "$1"; }

build
"$check" "$work/program" > "$work/found" || { echo "refused without reason:"; cat "$work/found"; failed=1; }
objcopy --compress-debug-sections "$work/program"
"$check" "$work/program" > "$work/found" || { echo "refused for its compression:"; cat "$work/found"; failed=1; }

refused '(-pie)' -no-pie
refused '(-z text)' -fno-pie -mcmodel=large -Wl,-z,notext
refused '(-z relro)' -Wl,-z,norelro
refused '(-z now)' -Wl,-z,lazy
refused '(-z noexecstack)' -Wl,-z,execstack
refused 'writable and executable' -DMIXED -Wl,--no-warn-rwx-segments
refused '(RPATH, RUNPATH)' -Wl,-rpath,/tmp
refused '(RPATH, RUNPATH)' -Wl,--disable-new-dtags,-rpath,/tmp
refused '(-fstack-protector-strong)' -fno-stack-protector
refused '(-D_FORTIFY_SOURCE)' -U_FORTIFY_SOURCE
refused 'without -fPIE' -fPIC
refused 'without -fstack-clash-protection' -fno-stack-clash-protection
refused "without $branches" "${branches%=*}=none"
refused '(-g1)' -g0
rm "$work/program"
judged 'is not there'

# One unit of two.
gcc "${hardened[@]}" -fno-stack-protector -c "$work/other.c" -o "$work/other.o"
gcc "${hardened[@]}" "$work/main.c" "$work/other.o" -o "$work/program"
judged 'compiled without -fstack-protector-strong'

[ $failed = 0 ] && echo "hardened: everything that a program may lack is found"
exit $failed
