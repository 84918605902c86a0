#pragma once

#include "domain/order.hpp"
#include "domain/order_status.hpp"

namespace pizza::order {

/// What the rules for staff ask of an order.
struct StaffOrder {
  domain::OrderStatus status = domain::OrderStatus::received;
  domain::OrderType type = domain::OrderType::takeout;
  int priority = 1;
  bool waiting = false;  ///< for a station; else someone works at it, or nobody will
};

enum class StaffRuling {
  change,   ///< do it
  already,  ///< it is so already: a repeated request, answered like the first
  illegal,
};

StaffRuling rule_on_move(const StaffOrder& order, domain::OrderStatus to);
/// A priority means something only to an order that waits.
StaffRuling rule_on_priority(const StaffOrder& order, int priority);

/// Whether this move, a legal one, is what makes the order a completed one of its customer: once in its life.
bool completes_for_customer(domain::OrderStatus from, domain::OrderStatus to);

}  // namespace pizza::order
