#pragma once

#include <catch2/catch.hpp>

#include "support/audit.hpp"
#include "support/eventually.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

/// Nothing was found among so many orders.
inline bool is_clean(const AuditReport& report, std::size_t orders) {
  UNSCOPED_INFO(report.text());
  return report.is_clean() && report.summary() == "audit: " + std::to_string(orders) + " orders, 0 findings";
}

}  // namespace pizza::test
