#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace pizza::messaging {

/// Message properties of CONTRACT §3; empty means absent. On reading so does a text that is not printable ASCII: it may
/// come from anybody, and goes on to logs and databases.
struct Properties {
  std::string content_type = "application/json";
  std::uint8_t delivery_mode = 2;
  std::optional<std::uint8_t> priority;
  std::string message_id;
  std::string correlation_id;
  std::optional<std::chrono::sys_seconds> timestamp;
  std::string type;
  std::string app_id;
  std::map<std::string, std::string> headers;  ///< string headers only; others are dropped on reading
};

struct Message {
  std::string exchange;
  std::string routing_key;
  std::string body;
  Properties properties;
};

/// What to acknowledge. A tag of an earlier connection is stale: acknowledging it does nothing.
struct DeliveryTag {
  std::uint64_t generation = 0;  ///< which connection it came over
  std::uint64_t number = 0;
};

struct Delivery {
  DeliveryTag tag;
  std::string queue;  ///< the queue it was consumed from
  bool redelivered = false;
  Message message;
};

}  // namespace pizza::messaging
