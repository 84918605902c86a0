#pragma once

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "support/eventually.hpp"
#include "support/restaurant.hpp"

namespace pizza::test {

using namespace std::chrono_literals;

/// What `order-service --audit` said.
struct AuditReport {
  int exit_code = -1;
  std::vector<std::string> lines;  ///< of standard output
  std::string err;

  std::string summary() const { return lines.empty() ? "" : lines.back(); }
  /// The findings' kinds and numbers, as "lost ORD_…, stuck -".
  std::string findings() const {
    std::string text;
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      const auto& line = lines[i];
      const auto number_end = line.find(' ', line.find(' ') + 1);
      text += (text.empty() ? "" : ", ") + line.substr(0, number_end);
    }
    return text;
  }
  std::string text() const {
    std::string all = "exit " + std::to_string(exit_code) + "\n";
    for (const auto& line : lines) all += line + "\n";
    return all + err;
  }
};

inline AuditReport audit(Restaurant& restaurant, const Extra& extra = {}) {
  const auto process = restaurant.launch("order-service", {"--audit"}, extra);
  const auto exit_code = process->wait_exit(core::after(150s));
  AuditReport report{.exit_code = exit_code.value_or(-1), .lines = process->stdout_lines(), .err = {}};
  for (const auto& line : process->stderr_lines()) report.err += line + "\n";
  return report;
}

/// Nothing was found, and nothing else was said.
inline bool is_clean(const AuditReport& report, std::size_t orders) {
  UNSCOPED_INFO(report.text());
  return report.exit_code == 0 && report.lines.size() == 1 && report.err.empty() &&
         report.summary() == "audit: " + std::to_string(orders) + " orders, 0 findings";
}

}  // namespace pizza::test
