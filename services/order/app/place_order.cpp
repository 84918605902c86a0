#include "order/app/place_order.hpp"

#include <optional>

#include "core/ids.hpp"

namespace pizza::order {

Placing PlaceOrder::operator()(NewOrder order) {
  const auto held = order.key ? keys_in_flight_.enter(order.key->text) : std::nullopt;
  if (order.key && !held) return std::unexpected(Refusal::key_in_flight);
  const auto permit = admission_.enter();
  if (!permit) return std::unexpected(Refusal::overloaded);
  if (!broker_ready_()) {
    // An order that was stored under its key is answered all the same: only the store knows.
    if (!order.key) return std::unexpected(Refusal::broker_unavailable);
    order.replay_only = true;
  }
  order.total = domain::total_of(order.order);
  order.intake_id = core::random_uuid();
  return intake_.place(std::move(order));
}

}  // namespace pizza::order
