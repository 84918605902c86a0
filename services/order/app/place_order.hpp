#pragma once

#include <functional>
#include <utility>

#include "order/app/admission.hpp"
#include "order/app/intake.hpp"
#include "order/app/keys_in_flight.hpp"
#include "order/app/new_order.hpp"
#include "order/app/observer.hpp"

namespace pizza::order {

/// The use case behind `POST /orders`: key in flight → admission → one transaction → hand to the publisher.
/// Thread-safe, blocking.
class PlaceOrder {
 public:
  /// `broker_ready`: may an order be taken as far as the broker is concerned?
  PlaceOrder(Admission& admission, Intake& intake, std::function<bool()> broker_ready, Observer& observer)
      : admission_(admission), intake_(intake), broker_ready_(std::move(broker_ready)), observer_(observer) {}

  /// `order` as it was sent; its total and its intake id are set here. When it returns an order, that is committed and
  /// sure to be published. Throws what OrderStore::place throws.
  Placing operator()(NewOrder order);

 private:
  Placing place(NewOrder order);

  Admission& admission_;
  Intake& intake_;
  std::function<bool()> broker_ready_;
  Observer& observer_;
  KeysInFlight keys_in_flight_;
};

}  // namespace pizza::order
