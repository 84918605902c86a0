#!/usr/bin/env bash
# Who may include whom (docs/architecture.md), checked on every C++ file. Prints each violation as file:line: reason.
#
#   tests/include_rules.sh [TREE]      exit 1 if a rule is broken
# A layer that is in no table below, or a third-party header that no table names, is a violation too: decide, then add it.
set -euo pipefail
cd "${1:-$(dirname "$(readlink -f "$0")")/..}"

rules='
# layer            may include (itself always)
layer core         -
layer crypto       core
layer domain       core
layer json         core
layer contracts    core domain json
layer logging      core json
layer config       core crypto json
layer metrics      core
layer persistence  core logging
layer messaging    core logging
layer outbox       core logging persistence messaging
layer orders       core domain contracts persistence outbox
layer http         core json logging metrics
layer tracking     core crypto domain json logging persistence http
layer host         core contracts config logging metrics persistence messaging http
# A service: use cases and ports know the rules of the business only; adapters and wiring know every library.
layer app          core domain
layer adapters     core crypto domain json contracts logging config metrics persistence messaging outbox orders http tracking host app
layer wiring       core crypto domain json contracts logging config metrics persistence messaging outbox orders http tracking host app adapters
layer support      core json http

# header (prefix)  the only layers that may see it; never in a public header, fmt excepted
header libpq-fe.h  persistence support
header amqp        messaging support bench
header httplib.h   http
header rapidjson/  json
header yaml-cpp/   config
header CLI/        config
header utf8proc.h  domain
header prometheus/ metrics
header backtrace.h logging
header openssl/    crypto http messaging
header fmt/        *
header catch2/     tests support

# The domain is pure: no I/O, threads or clock.
pure domain        thread mutex condition_variable atomic future semaphore latch iostream fstream filesystem cstdio unistd.h sys/
'

max_lines=350

# Tests may use every library of ours: they are checked for third-party headers, paths and size only.
# shellcheck disable=SC2016
find libs services tests -name '*.[ch]pp' -print0 2> /dev/null | sort -z | xargs -0 awk -v rules="$rules" -v max_lines="$max_lines" '
  BEGIN {
    count = split(rules, lines, "\n")
    for (i = 1; i <= count; ++i) {
      fields = split(lines[i], word, " ")
      for (j = 3; j <= fields; ++j) allowed[word[1], word[2], word[j]] = 1
      if (word[1] == "layer") is_layer[word[2]] = 1
      if (word[1] == "header") headers[word[2]] = 1
      if (word[1] == "pure") for (j = 3; j <= fields; ++j) impure[word[2], word[j]] = 1
    }
    # Of the language and the system: everything else needs a line above.
    ours_not = "^(arpa|net|netinet|sys|linux)/|^(cxxabi|dlfcn|errno|execinfo|fcntl|malloc|netdb|poll|pthread|sched|signal|time|unistd)[.]h$"
  }

  function complain(reason) { printf "%s:%d: %s\n", FILENAME, FNR, reason; ++bad }

  FNR == 1 {
    fields = split(FILENAME, part, "/")
    service = ""
    if (part[1] == "libs") layer = part[2]
    else if (part[1] == "tests") layer = part[2] == "support" || part[2] == "bench" ? part[2] : "tests"
    else { service = part[2]; layer = part[3] == "app" || part[3] == "adapters" ? part[3] : "wiring" }
    public = part[1] == "libs" && part[3] == "include"
    if (layer != "tests" && layer != "bench" && !(layer in is_layer)) complain("layer \"" layer "\" is in no rule")
    if (FILENAME ~ /[.]hpp$/ && $0 != "#pragma once") complain("the first line of a header is #pragma once")
  }
  FNR == max_lines + 1 { complain("more than " max_lines " lines: split it, one noun each") }

  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, piece, "\""); path = piece[2]
    if (path ~ /(^|\/)\.\.\//) complain("no ../ in includes: " path)
    if (path !~ /\//) next                       # a private header of the same folder
    split(path, step, "/"); target = step[1]
    if (layer == "tests" || layer == "bench" || target == layer) next
    if (service != "" && target == service) {    # inside one service
      inner = step[2] == "app" || step[2] == "adapters" ? step[2] : "wiring"
      if (inner != layer && !((("layer" SUBSEP layer SUBSEP inner)) in allowed)) complain(layer " may not include " path)
      next
    }
    if (target in is_layer) {
      if (!(("layer" SUBSEP layer SUBSEP target) in allowed)) complain(layer " may not include " path)
    } else complain("no service includes another, and no unknown folder: " path)
  }

  /^[ \t]*#[ \t]*include[ \t]*</ {
    split($0, piece, /[<>]/); path = piece[2]
    for (key in impure) {
      split(key, which, SUBSEP)
      if (which[1] == layer && (path == which[2] || (which[2] ~ /\/$/ && index(path, which[2]) == 1)))
        complain(layer " is pure and may not include <" path ">")
    }
    if (path !~ /[.\/]/ || path ~ ours_not) next
    known = 0
    for (header in headers) {
      if (index(path, header) != 1) continue
      known = 1
      if (("header" SUBSEP header SUBSEP "*") in allowed) continue
      if (!(("header" SUBSEP header SUBSEP layer) in allowed)) complain("<" path "> is not for " layer)
      else if (public) complain("<" path "> is third-party: not in a public header")
    }
    if (!known) complain("<" path "> is in no rule")
  }

  layer == "domain" && /_clock::now/ { complain("the domain does not read the clock; pass the time in") }
  # In a time that tells nothing of them.
  /(token|secret|password|signature)[a-z_]*(\(\))?[ \t]*[!=]=|[!=]=[ \t]*[a-z_.>-]*(token|secret|password|signature)/ &&
    layer != "tests" && layer != "support" && layer != "bench" { complain("secrets are compared with crypto::equal_secrets") }
  # RapidJSON 1.1 crashes on 26 bytes unless numbers stay text (CVE-2024-38517).
  /[.>]Parse(Stream|Insitu)?[ \t]*[<(]/ && layer != "json" && !/CLI|Exposer/ { complain("JSON is parsed in libs/json only") }
  /[.>]Parse(Stream|Insitu)?[ \t]*\(/ && layer == "json" { complain("Parse without flags: kParseNumbersAsStringsFlag is a must") }
  /kParse[A-Za-z]*Flag/ { flags[FILENAME] = flags[FILENAME] " " $0 }
  /[.>]Parse</ && layer == "json" { parses[FILENAME] = FNR }

  END {
    for (file in parses) if (flags[file] !~ /kParseNumbersAsStringsFlag/) {
      printf "%s:%d: Parse without kParseNumbersAsStringsFlag\n", file, parses[file]; ++bad
    }
    if (bad) exit 1
  }
' || { status=$?; echo "include rules: broken"; exit "$status"; }
echo "include rules: kept"
