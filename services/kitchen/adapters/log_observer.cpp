#include "kitchen/adapters/log_observer.hpp"

#include "domain/priority.hpp"

namespace pizza::kitchen {

using logging::Level;

void LogObserver::started(const std::string& asked_for, const Claimed& claimed) {
  if (!log_.enabled(Level::debug)) return;
  const bool resumed = claimed.kind == Claimed::Kind::resumed;
  const bool high = claimed.priority >= domain::kHighPriority;
  log_.debug({.action = "order_processing_started",
              .message = resumed ? "Processing an order that its cook lost"
                                 : (high ? "Processing HIGH PRIORITY order" : "Processing order"),
              .request_id = claimed.request_id,
              .order_number = claimed.order_number,
              .details = {{"order_type", std::string{domain::to_string(claimed.type)}},
                          {"priority", claimed.priority},
                          {"cooking_ms", static_cast<std::int64_t>(claimed.cooking.count())},
                          {"resumed", resumed},
                          {"before", claimed.order_number == asked_for ? std::string{} : asked_for}}});
}

void LogObserver::dropped(const std::string& order_number, const std::string& request_id, const std::string& why) {
  if (!log_.enabled(Level::debug)) return;
  log_.debug({.action = "delivery_dropped",
              .message = "A delivery was dropped: " + why,
              .request_id = request_id,
              .order_number = order_number});
}

void LogObserver::finished(const std::string& order_number, const std::string& request_id,
                           std::chrono::milliseconds took) {
  if (!log_.enabled(Level::debug)) return;
  log_.debug({.action = "order_completed",
              .message = "The order is done at this station",
              .request_id = request_id,
              .order_number = order_number,
              .duration = took});
}

void LogObserver::cancelled(const std::string& order_number, const std::string& request_id) {
  if (!log_.enabled(Level::debug)) return;
  log_.debug({.action = "order_cancelled",
              .message = "Work on a cancelled order has stopped",
              .request_id = request_id,
              .order_number = order_number});
}

void LogObserver::failed(const std::string& order_number, const std::string& request_id, const std::string& what,
                         const std::exception& cause) {
  log_.error(
      {.action = "message_processing_failed", .message = what, .request_id = request_id, .order_number = order_number},
      cause);
}

void LogObserver::dead_lettered(const Delivery& delivery, const std::string& order_number, const std::string& reason) {
  log_.error({.action = "message_processing_failed",
              .message = "A message can never be processed and goes to the dead letters",
              .request_id = delivery.request_id,
              .order_number = order_number,
              .details = {{"queue", delivery.queue}, {"message_id", delivery.message_id}}},
             reason);
}

}  // namespace pizza::kitchen
