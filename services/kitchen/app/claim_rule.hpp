#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "domain/order.hpp"
#include "domain/order_status.hpp"
#include "domain/station.hpp"
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
  int precedence = 1;                               ///< what the kitchen orders by
  int assigned_priority = 1;                        ///< what the figures go by
  domain::Station station = domain::Station::cook;  ///< where it is or waits
  std::optional<core::TimePoint> waiting_since;     ///< absent: someone works at it, or nobody will
  std::optional<core::TimePoint> begun_at;          ///< when work at its station began, if it did not end
  std::string customer_name;
  std::string request_id;
  std::string traceparent;
  std::string claim;            ///< empty: nobody's turn
  std::string claimed_message;  ///< the message_id it is worked at under
  std::optional<core::TimePoint> estimated_completion;
  int attempts = 0;
  core::TimePoint now;  ///< the database's clock, for a worker's own may be wrong; not before the last change
};

enum class ClaimRuling {
  start,      ///< it waits for this station
  resume,     ///< its holder lost it: work the rest of its time, without a second log row or notification
  drop,       ///< someone else has it, or it is past this station: a duplicate
  exhausted,  ///< it failed too often
};

/// It waits for `station`.
bool waits_for(const OrderRow& order, domain::Station station);
/// Someone works at it at `station`, or did when last heard of.
bool in_work_at(const OrderRow& order, domain::Station station);

/// What a turn at `station` means for an order (DESIGN, "Claiming"). Pure.
ClaimRuling rule_on(const OrderRow& order, const Turn& turn, domain::Station station);

/// Whether `other` takes a turn that would start `order`. Orders of one precedence take turns as they come, but of the
/// overdue the oldest is next: they may be all there is.
bool goes_first(const OrderRow& other, const OrderRow& order);

/// What is left at its station for an order that is resumed: never more than all of `own_time`, never less than
/// nothing. `stations_left` says how many stations its estimated completion counts, this one among them; whoever began
/// counted for each what this one takes him.
std::chrono::milliseconds time_left(const OrderRow& order, std::chrono::milliseconds own_time, int stations_left = 1);

}  // namespace pizza::kitchen
