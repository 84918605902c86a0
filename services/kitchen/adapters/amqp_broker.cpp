#include "kitchen/adapters/amqp_broker.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "contracts/dead_letter.hpp"
#include "contracts/topology.hpp"

namespace pizza::kitchen {

void AmqpBroker::allow_extra(int extra) {
  const int most = std::numeric_limits<std::uint16_t>::max();
  consumer_.set_prefetch(static_cast<std::uint16_t>(std::min(prefetch_ + extra, most)));
}

void AmqpBroker::dead_letter(const Delivery& delivery, const std::string& reason, std::function<void(bool)> done) {
  messaging::Message message{
      .exchange = std::string{contracts::kKitchenDlx}, .routing_key = delivery.routing_key, .body = delivery.body};
  auto& properties = message.properties;
  properties.message_id = delivery.message_id;
  properties.correlation_id = delivery.request_id;
  properties.type = delivery.type;
  properties.priority = delivery.priority;
  properties.timestamp = delivery.sent_at;
  properties.app_id = "kitchen-worker";
  properties.headers = contracts::to_headers({.error = reason,
                                              .queue = delivery.queue,
                                              .routing_key = delivery.routing_key,
                                              .failed_by = worker_name_,
                                              .failed_at = std::chrono::system_clock::now()});
  const auto answer = [done](messaging::Outcome outcome) { done(outcome == messaging::Outcome::confirmed); };
  if (!publisher_.publish(std::move(message), answer)) done(false);
}

Delivery to_delivery(messaging::Delivery delivery) {
  auto& [exchange, routing_key, body, properties] = delivery.message;
  return {.tag = {delivery.tag.generation, delivery.tag.number},
          .redelivered = delivery.redelivered,
          .queue = std::move(delivery.queue),
          .routing_key = std::move(routing_key),
          .message_id = std::move(properties.message_id),
          .request_id = std::move(properties.correlation_id),
          .type = std::move(properties.type),
          .priority = properties.priority,
          .sent_at = properties.timestamp,
          .body = std::move(body)};
}

}  // namespace pizza::kitchen
