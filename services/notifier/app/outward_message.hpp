#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "notifier/app/notification.hpp"

namespace pizza::notifier {

/// A status update on its way to endpoints outside, byte for byte as it came. Shared and never changed.
struct OutwardMessage {
  std::string key;  ///< the same however often this message is delivered, another for every other
  std::string body;
  Notification notification;
  std::string only_to;  ///< fingerprint of the one webhook it is for (a dead letter that is tried again); empty: all
  std::string message_id;
  std::string request_id;
  std::string routing_key;
  std::string type;
  std::optional<std::uint8_t> priority;
  std::optional<std::chrono::sys_seconds> sent_at;
};

using SharedMessage = std::shared_ptr<const OutwardMessage>;

}  // namespace pizza::notifier
