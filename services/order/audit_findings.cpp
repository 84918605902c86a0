#include "order/audit_findings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pizza::order {

void AuditFindings::add(Fault fault, std::string_view number, std::string_view detail) {
  auto& kind = kinds_[fault];
  ++kind.count;
  if (kind.shown.size() >= kShown) return;
  auto line = fmt::format("{} {} {}", to_string(fault), number.empty() ? "-" : number, detail);
  std::ranges::replace_if(line, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  kind.shown.push_back(std::move(line));
}

void AuditFindings::add_unnamed(Fault fault, std::size_t count) { kinds_[fault].count += count; }

std::size_t AuditFindings::count() const {
  std::size_t all = 0;
  for (const auto& [fault, kind] : kinds_) all += kind.count;
  return all;
}

std::string AuditFindings::lines(std::size_t orders) const {
  std::string text;
  for (const auto& [fault, kind] : kinds_) {
    auto shown = kind.shown;
    std::ranges::sort(shown);
    for (const auto& line : shown) text += line + '\n';
    if (kind.count > kind.shown.size()) {
      text += fmt::format("{} - and {} more\n", to_string(fault), kind.count - kind.shown.size());
    }
  }
  return text + fmt::format("audit: {} orders, {} findings\n", orders, count());
}

}  // namespace pizza::order
