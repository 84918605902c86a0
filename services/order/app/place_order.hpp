#pragma once

#include <expected>
#include <functional>
#include <string>

#include "order/app/admission.hpp"
#include "order/app/intake.hpp"
#include "order/app/new_order.hpp"

namespace pizza::order {

enum class Refusal {
  overloaded,          ///< try again in a moment
  broker_unavailable,  ///< `order.when_broker_down: reject`: an order that cannot reach the kitchen is not taken
};

/// The use case behind `POST /orders`: admission → one transaction → hand to the publisher. Thread-safe, blocking.
class PlaceOrder {
 public:
  /// `broker_ready`: may an order be taken as far as the broker is concerned?
  PlaceOrder(Admission& admission, Intake& intake, std::function<bool()> broker_ready)
      : admission_(admission), intake_(intake), broker_ready_(std::move(broker_ready)) {}

  /// When it returns an order, that is committed and sure to be published. Throws what OrderStore::place throws.
  std::expected<PlacedOrder, Refusal> operator()(domain::Order order, const std::string& request_id);

 private:
  Admission& admission_;
  Intake& intake_;
  std::function<bool()> broker_ready_;
};

}  // namespace pizza::order
