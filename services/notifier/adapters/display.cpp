#include "notifier/adapters/display.hpp"

#include <utility>

#include <fmt/format.h>

#include "contracts/status_update.hpp"

namespace pizza::notifier {
namespace {

/// Some minutes of a very busy kitchen, and some MB; a redelivery comes within seconds.
constexpr std::size_t kRememberedNotifications = 20'000;

/// An id alone could come again from a database that was made anew, so the event itself is part of what is remembered.
std::string key_of(const messaging::Delivery& delivery, const contracts::StatusUpdate& update) {
  return fmt::format("{}|{}|{}|{}", delivery.message.properties.message_id, update.order_number,
                     domain::to_string(update.new_status), core::format_utc(update.timestamp));
}

Notification to_notification(contracts::StatusUpdate update) {
  return {.order_number = std::move(update.order_number),
          .old_status = update.old_status,
          .new_status = update.new_status,
          .changed_by = std::move(update.changed_by),
          .customer_name = std::move(update.customer_name)};
}

}  // namespace

Display::Display(Filter filter, logging::Logger& log, metrics::Registry& metrics)
    : filter_(std::move(filter)),
      seen_(kRememberedNotifications),
      log_(log),
      shown_(metrics.counter("pizza_notifications_shown_total", "Status updates shown", {})),
      unreadable_(
          metrics.counter("pizza_notifications_unreadable_total", "Status updates that could not be read", {})) {}

void Display::show(const messaging::Delivery& delivery) {
  const auto& request_id = delivery.message.properties.correlation_id;
  auto update = contracts::decode_status_update(delivery.message.body);
  if (!update) {
    unreadable_.increment();
    log_.error({.action = "notification_unreadable",
                .message = "A message is no status update and was put aside",
                .request_id = request_id,
                .details = {{"message_id", delivery.message.properties.message_id}}},
               update.error());
    return;
  }
  if (!seen_.is_new(key_of(delivery, *update))) return;
  const auto notification = to_notification(std::move(*update));
  if (!filter_.wants(notification)) return;
  log_.print(to_line(notification));
  shown_.increment();
  log_.debug({.action = "notification_received",
              .message = "Received status update for order " + notification.order_number,
              .request_id = request_id,
              .order_number = notification.order_number,
              .details = {{"order_number", notification.order_number},
                          {"new_status", std::string{domain::to_string(notification.new_status)}}}});
}

}  // namespace pizza::notifier
