#include "notifier/app/notification.hpp"

#include <fmt/format.h>

namespace pizza::notifier {

std::string to_line(const Notification& notification) {
  return fmt::format("Notification for order {}: Status changed from '{}' to '{}' by {}.", notification.order_number,
                     domain::to_string(notification.old_status), domain::to_string(notification.new_status),
                     notification.changed_by);
}

bool Filter::wants(const Notification& notification) const {
  return (customer.empty() || customer == notification.customer_name) &&
         (types.empty() || types.contains(notification.new_status));
}

}  // namespace pizza::notifier
