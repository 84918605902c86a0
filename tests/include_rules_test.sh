#!/usr/bin/env bash
# Shows that tests/include_rules.sh finds what it is for: each planted violation must be reported, a clean tree must not.
set -euo pipefail
rules=$(dirname "$(readlink -f "$0")")/include_rules.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

# plant FILE LINE...: a tree with this one file.
plant() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree/libs" "$tree/services" "$tree/tests" "$tree/$(dirname "$1")"
  printf '%s\n' "${@:2}" > "$tree/$1"
}

# expect REASON FILE LINE...
expect() {
  local reason=$1 found
  shift
  plant "$@"
  if found=$("$rules" "$tree"); then
    echo "not found: $reason in $1"; failed=1
  elif ! grep -qF "$reason" <<< "$found"; then
    printf 'found, but for another reason (%s):\n%s\n' "$reason" "$found"; failed=1
  fi
}

# accept FILE LINE...
accept() {
  local found
  plant "$@"
  found=$("$rules" "$tree") || { printf 'refused without reason:\n%s\n' "$found"; failed=1; }
}

expect 'domain may not include json/value.hpp' libs/domain/src/a.cpp '#include "json/value.hpp"'
expect 'json may not include http/server.hpp' libs/json/include/json/a.hpp '#pragma once' '#include "http/server.hpp"'
expect 'app may not include persistence/pool.hpp' services/order/app/a.cpp '#include "persistence/pool.hpp"'
expect 'app may not include order/adapters/b.hpp' services/order/app/a.cpp '#include "order/adapters/b.hpp"'
expect 'adapters may not include order/wiring.hpp' services/order/adapters/a.cpp '#include "order/wiring.hpp"'
expect 'no service includes another' services/order/adapters/a.cpp '#include "kitchen/app/worker.hpp"'
expect 'no ../ in includes' libs/core/src/a.cpp '#include "../x/y.hpp"'
expect '<libpq-fe.h> is not for http' libs/http/src/a.cpp '#include <libpq-fe.h>'
expect '<amqp.h> is not for adapters' services/order/adapters/a.cpp '#include <amqp.h>'
expect '<httplib.h> is not for tests' tests/unit/http/a.cpp '#include <httplib.h>'
expect 'not in a public header' libs/http/include/http/a.hpp '#pragma once' '#include <httplib.h>'
expect '<boost/asio.hpp> is in no rule' libs/http/src/a.cpp '#include <boost/asio.hpp>'
expect 'domain is pure' libs/domain/src/a.cpp '#include <thread>'
expect 'domain is pure' libs/domain/src/a.cpp '#include <sys/socket.h>'
expect 'does not read the clock' libs/domain/src/a.cpp 'auto now = std::chrono::system_clock::now();'
expect 'crypto::equal_secrets' libs/tracking/src/a.cpp 'return bearer_token == staff_token_;'
expect 'crypto::equal_secrets' services/order/adapters/a.cpp 'if (given != settings.staff_token) return;'
expect 'libs/json only' services/order/adapters/a.cpp 'document.Parse(text);'
expect 'Parse without flags' libs/json/src/a.cpp 'document.Parse(text);'
expect 'Parse without kParseNumbersAsStringsFlag' libs/json/src/a.cpp 'constexpr auto f = kParseIterativeFlag;' 'd.Parse<f>(s);'
expect 'is in no rule' libs/newcomer/src/a.cpp 'int x;'
expect '#pragma once' libs/core/include/core/a.hpp '#ifndef A'
mapfile -t long < <(yes '//' | head -n 351)
expect 'more than 350 lines' libs/core/src/a.cpp "${long[@]}"

accept libs/domain/src/a.cpp '#include "domain/money.hpp"' '#include <string>' '#include "core/clock.hpp"' '#include <utf8proc.h>'
accept services/order/adapters/a.cpp '#include "order/app/intake.hpp"' '#include "persistence/pool.hpp"' '#include <sys/stat.h>'
accept libs/json/src/a.cpp 'constexpr auto f = kParseNumbersAsStringsFlag | kParseIterativeFlag;' 'reader.Parse<f>(s, t);'
accept tests/support/a.cpp '#include <libpq-fe.h>' '#include "support/b.hpp"'
accept libs/core/src/a.cpp "${long[@]:1}"

[ $failed = 0 ] && echo "include rules: every planted violation is found"
exit $failed
