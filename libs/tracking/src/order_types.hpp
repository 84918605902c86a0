#pragma once

#include <string_view>
#include <vector>

#include "domain/order.hpp"

namespace pizza::tracking {

/// As the database has it.
inline domain::OrderType order_type(std::string_view name) {
  return domain::parse_order_type(name).value_or(domain::OrderType::takeout);
}

/// Of a list like `dine_in,takeout`.
inline std::vector<domain::OrderType> order_types(std::string_view list) {
  std::vector<domain::OrderType> types;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto type = domain::parse_order_type(list.substr(0, comma))) types.push_back(*type);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
  }
  return types;
}

}  // namespace pizza::tracking
