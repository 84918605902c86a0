#include "order/app/place_order.hpp"

#include <optional>

#include "core/ids.hpp"

namespace pizza::order {
namespace {

NotTaken why(Refusal refusal) {
  switch (refusal) {
    case Refusal::overloaded:
      return NotTaken::overloaded;
    case Refusal::broker_unavailable:
      return NotTaken::broker;
    case Refusal::key_in_flight:
    case Refusal::key_reused:
      break;
  }
  return NotTaken::conflict;
}

}  // namespace

Placing PlaceOrder::operator()(NewOrder order) {
  try {
    auto placing = place(std::move(order));
    if (!placing) observer_.refused(why(placing.error()));
    return placing;
  } catch (const OrderRefused&) {
    observer_.refused(NotTaken::data);
    throw;
  } catch (const OutcomeUnknown&) {
    observer_.refused(NotTaken::unknown);
    throw;
  } catch (const StoreUnavailable&) {
    observer_.refused(NotTaken::database);
    throw;
  }
}

Placing PlaceOrder::place(NewOrder order) {
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
