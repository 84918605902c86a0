#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "domain/order.hpp"
#include "domain/priority.hpp"

namespace pizza::order {

/// A valid order on its way into the database.
struct NewOrder {
  domain::Order order;
  domain::Money total;
  domain::Priority priority;
  std::string request_id;
  std::string intake_id;  ///< UUID made here: tells whether a commit in doubt happened
};

/// What became of it.
struct PlacedOrder {
  std::string number;
  domain::OrderType type = domain::OrderType::takeout;
  domain::Money total;
  int priority = 1;
};

}  // namespace pizza::order
