#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/order_message.hpp"
#include "core/clock.hpp"
#include "logging/logger.hpp"
#include "messaging/message.hpp"

namespace pizza::order {

/// A message of `kitchen_dead_letter_queue` and what it says of itself; texts are empty where it says nothing. Plain
/// data.
struct DeadLetter {
  messaging::Delivery delivery;
  std::string order_number;  ///< of the body, if it has one
  std::string reason;        ///< `x-error`
  std::string origin;        ///< `x-original-queue`
  std::string routing_key;   ///< with which it came to `origin`
  std::string failed_by;
  std::string failed_at;                        ///< as it stands in the header
  std::optional<contracts::OrderTicket> order;  ///< if it is an order message
};

DeadLetter read_dead_letter(messaging::Delivery delivery);

/// Whether its order number, reason, origin or webhook contains `text`; everything contains the empty text.
bool matches(const DeadLetter& letter, std::string_view text);

/// The queue it belongs into: where it came from, or the kitchen queue of its order; nullopt if nothing tells.
std::optional<std::string> destination(const DeadLetter& letter);

/// The message as it was before it failed, straight into `queue`; what the failure added is gone.
messaging::Message redriven(const DeadLetter& letter, std::string queue);

/// What a log line says of it.
std::vector<logging::Detail> details(const DeadLetter& letter, core::TimePoint now);

}  // namespace pizza::order
