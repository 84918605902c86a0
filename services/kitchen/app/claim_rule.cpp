#include "kitchen/app/claim_rule.hpp"

#include <algorithm>

namespace pizza::kitchen {

ClaimRuling rule_on(const OrderRow& order, const Turn& turn) {
  using domain::OrderStatus;
  const bool in_kitchen = order.status == OrderStatus::received || order.status == OrderStatus::cooking;
  if (!in_kitchen) return ClaimRuling::drop;
  if (order.attempts >= kMaxAttempts) return ClaimRuling::exhausted;
  if (order.status == OrderStatus::received) return ClaimRuling::start;
  // Cooking under this very message, and the broker delivers it again: whoever cooked it is no longer connected. Under
  // another message, or delivered for the first time, it is a second copy of an order that is well looked after.
  const bool holder_lost_it = turn.delivery.redelivered && order.claimed_message == turn.delivery.message_id;
  return order.claim.empty() || holder_lost_it ? ClaimRuling::resume : ClaimRuling::drop;
}

std::chrono::milliseconds time_left(const OrderRow& order, std::chrono::milliseconds cooking_time) {
  using std::chrono::milliseconds;
  if (!order.estimated_completion) return cooking_time;
  const auto left = std::chrono::duration_cast<milliseconds>(*order.estimated_completion - order.now);
  return std::clamp(left, milliseconds{0}, cooking_time);
}

}  // namespace pizza::kitchen
