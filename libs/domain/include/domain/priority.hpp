#pragma once

#include <string_view>

#include "domain/order.hpp"

namespace pizza::domain {

inline constexpr int kHighPriority = 10;
inline constexpr int kMediumPriority = 5;
inline constexpr int kNormalPriority = 1;

/// The priority of a new order and which rule gave it; the reason goes to the `notes` of the `received` log row.
struct Priority {
  int level = kNormalPriority;
  std::string_view reason;
};

/// The highest that applies: 10 if VIP, rush, or total > 100.00; 5 if total is 50.00 to 100.00; else 1 (CONTRACT §2).
Priority assign_priority(const Order& order);

}  // namespace pizza::domain
