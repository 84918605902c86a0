#include "support/audit.hpp"

#include <chrono>

namespace pizza::test {

std::string AuditReport::findings() const {
  std::string text;
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
    const auto& line = lines[i];
    const auto number_end = line.find(' ', line.find(' ') + 1);
    text += (text.empty() ? "" : ", ") + line.substr(0, number_end);
  }
  return text;
}

std::string AuditReport::text() const {
  std::string all = "exit " + std::to_string(exit_code) + "\n";
  for (const auto& line : lines) all += line + "\n";
  return all + err;
}

bool AuditReport::is_clean() const {
  return exit_code == 0 && lines.size() == 1 && err.empty() && summary().ends_with(" orders, 0 findings");
}

AuditReport audit(Restaurant& restaurant, const Extra& extra) {
  const auto process = restaurant.launch("order-service", {"--audit"}, extra);
  const auto exit_code = process->wait_exit(core::after(std::chrono::seconds{150}));
  AuditReport report{.exit_code = exit_code.value_or(-1), .lines = process->stdout_lines(), .err = {}};
  for (const auto& line : process->stderr_lines()) report.err += line + "\n";
  return report;
}

}  // namespace pizza::test
