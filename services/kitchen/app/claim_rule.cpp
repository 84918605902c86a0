#include "kitchen/app/claim_rule.hpp"

#include <algorithm>

#include "domain/priority.hpp"

namespace pizza::kitchen {

bool waits_for(const OrderRow& order, domain::Station station) {
  return order.station == station && order.waiting_since && order.status == domain::stage_of(station).waiting;
}

bool in_work_at(const OrderRow& order, domain::Station station) {
  return order.station == station && !order.waiting_since && order.status == domain::stage_of(station).working;
}

ClaimRuling rule_on(const OrderRow& order, const Turn& turn, domain::Station station) {
  const bool waits = waits_for(order, station);
  if (!waits && !in_work_at(order, station)) return ClaimRuling::drop;
  // Nobody claims it, and nobody began: the staff took it out of the house themselves.
  if (!waits && order.claim.empty() && !order.begun_at) return ClaimRuling::drop;
  if (order.attempts >= kMaxAttempts) return ClaimRuling::exhausted;
  if (waits) return ClaimRuling::start;
  // In work under this very message, and the broker delivers it again: whoever worked at it is no longer connected.
  // Under another message, or delivered for the first time, it is a second copy of an order that is well looked after.
  const bool holder_lost_it = turn.delivery.redelivered && order.claimed_message == turn.delivery.message_id;
  return order.claim.empty() || holder_lost_it ? ClaimRuling::resume : ClaimRuling::drop;
}

bool goes_first(const OrderRow& other, const OrderRow& order) {
  if (other.precedence != order.precedence) return other.precedence > order.precedence;
  return order.precedence == domain::kOverduePrecedence && other.id < order.id;
}

std::chrono::milliseconds time_left(const OrderRow& order, std::chrono::milliseconds own_time, int stations_left) {
  using std::chrono::milliseconds;
  if (!order.estimated_completion) return own_time;
  const int stations = std::max(stations_left, 1);
  const auto end = order.begun_at ? *order.begun_at + (*order.estimated_completion - *order.begun_at) / stations
                                  : *order.estimated_completion - own_time * (stations - 1);
  return std::clamp(std::chrono::duration_cast<milliseconds>(end - order.now), milliseconds{0}, own_time);
}

}  // namespace pizza::kitchen
