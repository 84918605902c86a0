#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/order.hpp"

namespace pizza::domain {

inline constexpr int kHighPriority = 10;
inline constexpr int kMediumPriority = 5;
inline constexpr int kNormalPriority = 1;
/// Of an order that waited too long: nobody can be given it (schema, `orders.precedence`).
inline constexpr int kOverduePrecedence = 11;

/// What the restaurant knows of the customer of a new order.
struct CustomerRecord {
  CustomerType type = CustomerType::regular;
  std::int64_t orders_completed = 0;  ///< above 0: a repeat customer
};

/// The priority of a new order and which rule gave it; the reason goes to the `notes` of the `received` log row.
struct Priority {
  int level = kNormalPriority;
  std::string_view reason;
};

/// The highest that applies: 10 if VIP (by the order or by the record), rush, or total > 100.00; 5 if total is 50.00 to
/// 100.00 or a repeat customer; else 1 (CONTRACT §2).
Priority assign_priority(const Order& order, const CustomerRecord& customer = {});

/// The class a priority counts in: `high` (10), `medium` (5 to 9), `normal` (below).
std::string_view priority_class(int level);

}  // namespace pizza::domain
