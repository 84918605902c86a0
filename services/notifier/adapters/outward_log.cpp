#include "notifier/adapters/outward_log.hpp"

#include <vector>

#include <fmt/format.h>

namespace pizza::notifier {
namespace {

metrics::Counter& counter(metrics::Registry& metrics, const char* outcome) {
  return metrics.counter("pizza_webhook_deliveries_total", "Notifications to webhooks: ended, and tried again",
                         {{"outcome", outcome}});
}

metrics::Counter& dead_letters(metrics::Registry& metrics, const char* reason) {
  return metrics.counter("pizza_dead_letters_total", "Messages sent to the dead letters", {{"reason", reason}});
}

std::vector<logging::Detail> details(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt,
                                     int attempts) {
  return {{"webhook", webhook.origin},
          {"fingerprint", webhook.fingerprint},
          {"new_status", std::string{domain::to_string(message.notification.new_status)}},
          {"attempt", std::int64_t{attempts}},
          {"status", std::int64_t{attempt.status}}};
}

}  // namespace

OutwardLog::OutwardLog(logging::Logger& log, metrics::Registry& metrics)
    : log_(log),
      delivered_(counter(metrics, "delivered")),
      retried_(counter(metrics, "retried")),
      failed_(counter(metrics, "failed")),
      exhausted_(dead_letters(metrics, "webhook_failed")),
      unroutable_(dead_letters(metrics, "webhook_unknown")) {}

void OutwardLog::delivered(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt,
                           int attempts) {
  delivered_.increment();
  const auto& number = message.notification.order_number;
  log_.info({.action = "notification_delivered",
             .message = fmt::format("Delivered the status update for order {}", number),
             .request_id = message.request_id,
             .order_number = number,
             .duration = attempt.took,
             .details = details(message, webhook, attempt, attempts)});
}

void OutwardLog::retried(const OutwardMessage& message, const WebhookName& webhook, const Attempt& attempt,
                         int attempts, std::chrono::milliseconds delay) {
  retried_.increment();
  if (!log_.enabled(logging::Level::debug)) return;
  const auto& number = message.notification.order_number;
  auto all = details(message, webhook, attempt, attempts);
  all.push_back({"cause", attempt.cause});
  all.push_back({"retry_in_ms", std::int64_t{delay.count()}});
  log_.debug({.action = "notification_retried",
              .message = fmt::format("The status update for order {} is delivered again later", number),
              .request_id = message.request_id,
              .order_number = number,
              .duration = attempt.took,
              .details = std::move(all)});
}

void OutwardLog::failed(const OutwardMessage& message, const WebhookName& webhook, const Attempt& last, int attempts) {
  failed_.increment();
  exhausted_.increment();
  const auto& number = message.notification.order_number;
  log_.error({.action = "notification_failed",
              .message = fmt::format("The status update for order {} becomes a dead letter", number),
              .request_id = message.request_id,
              .order_number = number,
              .duration = last.took,
              .details = details(message, webhook, last, attempts)},
             last.cause);
}

void OutwardLog::unroutable(const OutwardMessage& message, const std::string& cause) {
  failed_.increment();
  unroutable_.increment();
  const auto& number = message.notification.order_number;
  log_.error({.action = "notification_failed",
              .message = fmt::format("The status update for order {} becomes a dead letter again", number),
              .request_id = message.request_id,
              .order_number = number,
              .details = {{"fingerprint", message.only_to}}},
             cause);
}

}  // namespace pizza::notifier
