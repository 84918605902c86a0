#include "order/app/place_order.hpp"

#include <utility>

#include "core/ids.hpp"

namespace pizza::order {

std::expected<PlacedOrder, Refusal> PlaceOrder::operator()(domain::Order order, const std::string& request_id) {
  const auto permit = admission_.enter();
  if (!permit) return std::unexpected(Refusal::overloaded);
  if (!broker_ready_()) return std::unexpected(Refusal::broker_unavailable);

  const auto priority = domain::assign_priority(order);
  PlacedOrder placed{.type = order.type, .total = domain::total_of(order), .priority = priority.level};
  placed.number = intake_.place({.order = std::move(order),
                                 .total = placed.total,
                                 .priority = priority,
                                 .request_id = request_id,
                                 .intake_id = core::random_uuid()});
  return placed;
}

}  // namespace pizza::order
