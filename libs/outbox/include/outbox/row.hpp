#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace pizza::outbox {

/// A message owed to the broker, as it stands in the `outbox` table. `id` is its `message_id`.
struct Row {
  std::int64_t id = 0;
  std::string exchange;
  std::string routing_key;
  std::string message_type;  ///< AMQP `type`: `order`, `status_update`
  std::optional<int> priority;
  std::string order_number;
  std::string correlation_id;
  std::string body;
  std::string traceparent;  ///< header of that name; empty: none
};

}  // namespace pizza::outbox
