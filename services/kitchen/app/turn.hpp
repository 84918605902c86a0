#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "domain/order.hpp"

namespace pizza::kitchen {

/// What acknowledges a delivery: which connection it came over, and its number there.
struct Tag {
  std::uint64_t generation = 0;
  std::uint64_t number = 0;
  friend bool operator==(Tag, Tag) = default;
};

/// A message as it was delivered: a turn at the stove, perhaps.
struct Delivery {
  Tag tag;
  bool redelivered = false;
  std::string queue;
  std::string routing_key;
  std::string message_id;  ///< empty if its sender gave none
  std::string request_id;  ///< AMQP correlation_id
  std::string type;
  std::optional<std::uint8_t> priority;
  std::optional<std::chrono::sys_seconds> sent_at;
  std::string body;
};

/// A delivery that asks for an order of a type this worker cooks.
struct Turn {
  Delivery delivery;
  std::string order_number;
  std::string claim;  ///< UUID, fresh for each turn
};

}  // namespace pizza::kitchen
