#pragma once

#include <string>
#include <vector>

#include "support/restaurant.hpp"

namespace pizza::test {

/// What `order-service --audit` said.
struct AuditReport {
  int exit_code = -1;
  std::vector<std::string> lines;  ///< of standard output
  std::string err;

  std::string summary() const { return lines.empty() ? "" : lines.back(); }
  /// The findings' kinds and numbers, as "lost ORD_…, stuck -".
  std::string findings() const;
  std::string text() const;
  /// Nothing was found, and nothing else was said.
  bool is_clean() const;
};

/// Audits the restaurant as an operator would, beside whatever runs.
AuditReport audit(Restaurant& restaurant, const Extra& extra = {});

}  // namespace pizza::test
