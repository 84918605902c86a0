#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/test_database.hpp"

namespace pizza::bench {

/// Orders of the past in a database, and how to name any of those of four weeks.
class Stored {
 public:
  /// Fills the database up to about `count` orders.
  static Stored make(test::TestDatabase& database, std::int64_t count);

  std::vector<std::string> for_wrk() const;      ///< arguments of wrk_status.lua
  std::vector<std::string> for_pgbench() const;  ///< variables of pgbench_status.sql

 private:
  std::string first_;  // YYYYMMDD, the first day of a month
  std::int64_t from_ = 1;
  std::int64_t to_ = 1;
};

}  // namespace pizza::bench
