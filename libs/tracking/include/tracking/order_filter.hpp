#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/order.hpp"
#include "domain/order_status.hpp"
#include "http/message.hpp"

namespace pizza::tracking {

/// Which orders a list shows. An absent member asks for all.
struct OrderFilter {
  static constexpr int kDefaultLimit = 50;
  static constexpr int kMaxLimit = 200;

  std::optional<domain::OrderStatus> status;
  std::optional<domain::OrderType> type;
  int limit = kDefaultLimit;         ///< 1 to kMaxLimit
  std::optional<std::string> after;  ///< a well-formed order number: the last one seen
};

/// `status`, `type`, `limit` and `after` of a query; other names are ignored. One fault for each bad value. Pure.
std::expected<OrderFilter, std::vector<http::FieldError>> read_filter(const std::map<std::string, std::string>& query);

}  // namespace pizza::tracking
