#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "domain/order.hpp"
#include "domain/order_status.hpp"

namespace pizza::contracts {

/// The Status Update Message (specification, Kitchen Worker, Logic 4), plus `customer_name` and `order_type` for
/// filters.
struct StatusUpdate {
  std::string order_number;
  domain::OrderStatus old_status = domain::OrderStatus::received;
  domain::OrderStatus new_status = domain::OrderStatus::cooking;
  std::string changed_by;
  core::TimePoint timestamp;
  std::optional<core::TimePoint> estimated_completion;
  std::string customer_name;  ///< empty in a message with only the printed members
  std::optional<domain::OrderType> order_type;
};

std::string encode(const StatusUpdate& update);
/// Only the printed members are required (`estimated_completion` may be null); the error says what is wrong.
std::expected<StatusUpdate, std::string> decode_status_update(std::string_view body);

}  // namespace pizza::contracts
