#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "support/test_database.hpp"

namespace pizza::bench {

/// What wrk saw.
struct Answers {
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  std::int64_t count = 0;
  std::int64_t refused = 0;  ///< answers other than 2xx and 3xx, and requests without one
};

/// wrk with `script` (a file of this folder) from 50 keep-alive connections. `pause`: how long each connection waits
/// after an answer, on the average. Throws core::Error if wrk fails.
Answers run_wrk(std::uint16_t port, const std::string& script, std::chrono::milliseconds length,
                std::chrono::milliseconds pause = {}, const std::vector<std::string>& more = {});

/// Transactions per second of pgbench with `script` (a file of this folder), prepared, from 50 clients. Throws
/// core::Error if pgbench fails or a transaction does.
double run_pgbench(const test::TestDatabase& database, const std::string& script, std::chrono::seconds length,
                   const std::vector<std::string>& variables = {});

}  // namespace pizza::bench
