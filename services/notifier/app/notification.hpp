#pragma once

#include <set>
#include <string>

#include "domain/order_status.hpp"

namespace pizza::notifier {

/// A status update as far as a customer is told of it.
struct Notification {
  std::string order_number;
  domain::OrderStatus old_status = domain::OrderStatus::received;
  domain::OrderStatus new_status = domain::OrderStatus::cooking;
  std::string changed_by;
  std::string customer_name;
};

/// The line of the specification, exactly:
/// `Notification for order ORD_20241216_001: Status changed from 'received' to 'cooking' by chef_mario.`
std::string to_line(const Notification& notification);

/// Which notifications a subscriber shows: `--customer`, `--notification-types`.
struct Filter {
  std::string customer;                 ///< empty: every customer
  std::set<domain::OrderStatus> types;  ///< empty: every status
  bool wants(const Notification& notification) const;
};

}  // namespace pizza::notifier
