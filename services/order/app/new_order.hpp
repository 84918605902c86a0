#pragma once

#include <expected>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "domain/order.hpp"

namespace pizza::order {

/// The `Idempotency-Key` of a request: with the same key and the same body the client means the same order.
struct IdempotencyKey {
  std::string text;       ///< as sent
  std::string body_hash;  ///< tells another body
};

/// A valid order on its way into the database.
struct NewOrder {
  domain::Order order;
  domain::Money total;
  std::string request_id;
  std::string intake_id;    ///< UUID made here: tells whether a commit in doubt happened
  std::string traceparent;  ///< W3C trace context; empty: none
  std::optional<IdempotencyKey> key;
  bool replay_only = false;  ///< the kitchen is out of reach: answer it if its key is known, take no new order
};

/// What became of it. A replay is the first answer to its key again, whatever has happened to the order since.
struct PlacedOrder {
  std::string number;
  domain::OrderType type = domain::OrderType::takeout;
  domain::Money total;
  int priority = 1;  ///< as it was assigned
  core::TimePoint estimated_completion;
  bool replayed = false;
};

/// Why an order was not taken.
enum class Refusal {
  overloaded,          ///< try again in a moment
  broker_unavailable,  ///< `order.when_broker_down: reject`: an order that cannot reach the kitchen is not taken
  key_in_flight,       ///< a request with this key is being processed, here or by another instance
  key_reused,          ///< this key belongs to an order with another body
};

using Placing = std::expected<PlacedOrder, Refusal>;

}  // namespace pizza::order
