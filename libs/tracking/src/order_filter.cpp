#include "tracking/order_filter.hpp"

#include <charconv>
#include <string_view>

#include <fmt/format.h>

#include "domain/order_number.hpp"

namespace pizza::tracking {
namespace {

std::optional<int> whole_number(std::string_view text) {
  int number = 0;
  const auto* const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc{} || rest != end) return std::nullopt;
  return number;
}

/// "must be one of a, b, c"
template <class Names>
std::string one_of(const Names& known) {
  std::string names;
  for (const auto name : known) names += fmt::format("{}{}", names.empty() ? "" : ", ", domain::to_string(name));
  return "must be one of " + names;
}

}  // namespace

std::expected<OrderFilter, std::vector<http::FieldError>> read_filter(const std::map<std::string, std::string>& query) {
  OrderFilter filter;
  std::vector<http::FieldError> faults;
  for (const auto& [name, value] : query) {
    if (name == "status") {
      filter.status = domain::parse_order_status(value);
      if (!filter.status) faults.push_back({name, one_of(domain::kOrderStatuses)});
    } else if (name == "type") {
      filter.type = domain::parse_order_type(value);
      if (!filter.type) faults.push_back({name, one_of(domain::kOrderTypes)});
    } else if (name == "limit") {
      filter.limit = whole_number(value).value_or(0);
      if (filter.limit >= 1 && filter.limit <= OrderFilter::kMaxLimit) continue;
      faults.push_back({name, fmt::format("must be a whole number from 1 to {}", OrderFilter::kMaxLimit)});
    } else if (name == "after") {
      filter.after = value;
      if (!domain::OrderNumber::parse(value)) faults.push_back({name, "must be the number of an order"});
    }
  }
  if (!faults.empty()) return std::unexpected(std::move(faults));
  return filter;
}

}  // namespace pizza::tracking
