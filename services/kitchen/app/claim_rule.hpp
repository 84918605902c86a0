#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "domain/order.hpp"
#include "domain/order_status.hpp"
#include "kitchen/app/turn.hpp"

namespace pizza::kitchen {

/// An order that failed this often is not tried again (CONTRACT §3).
inline constexpr int kMaxAttempts = 5;

/// An order as it stands in the database, its row locked.
struct OrderRow {
  std::int64_t id = 0;
  std::string number;
  domain::OrderStatus status = domain::OrderStatus::received;
  domain::OrderType type = domain::OrderType::takeout;
  int priority = 1;
  std::string customer_name;
  std::string request_id;
  std::string claim;            ///< empty: nobody's turn
  std::string claimed_message;  ///< the message_id it is cooked under
  std::optional<core::TimePoint> estimated_completion;
  int attempts = 0;
  core::TimePoint now;  ///< the database's clock; a worker's own may be wrong
};

enum class ClaimRuling {
  start,      ///< received → cooking
  resume,     ///< its holder lost it: cook the rest, without a second log row or notification
  drop,       ///< someone else has it, or it is past cooking: a duplicate
  exhausted,  ///< it failed too often
};

/// What a turn means for its order (DESIGN, "Claiming"). Pure.
ClaimRuling rule_on(const OrderRow& order, const Turn& turn);

/// What is left of the cooking time of an order that is resumed: never more than all of it, never less than nothing.
std::chrono::milliseconds time_left(const OrderRow& order, std::chrono::milliseconds cooking_time);

}  // namespace pizza::kitchen
