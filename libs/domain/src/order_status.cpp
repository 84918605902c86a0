#include "domain/order_status.hpp"

#include <algorithm>

namespace pizza::domain {
namespace {

struct Move {
  OrderStatus from;
  OrderStatus to;
  bool delivery_only = false;
};

using enum OrderStatus;

constexpr std::array kMoves{
    Move{received, cooking},
    Move{cooking, ready},
    Move{ready, completed},
    Move{ready, out_for_delivery, true},
    Move{out_for_delivery, delivered, true},
    Move{delivered, completed, true},
    Move{received, cancelled},
    Move{cooking, cancelled},
    Move{ready, cancelled},
    Move{out_for_delivery, cancelled, true},
};

}  // namespace

std::string_view to_string(OrderStatus status) {
  switch (status) {
    case received:
      return "received";
    case cooking:
      return "cooking";
    case ready:
      return "ready";
    case out_for_delivery:
      return "out_for_delivery";
    case delivered:
      return "delivered";
    case completed:
      return "completed";
    case cancelled:
      return "cancelled";
  }
  return {};
}

std::optional<OrderStatus> parse_order_status(std::string_view text) {
  for (const auto status : kOrderStatuses) {
    if (text == to_string(status)) return status;
  }
  if (text == "out-for-delivery") return out_for_delivery;
  return std::nullopt;
}

bool may_move(OrderStatus from, OrderStatus to, OrderType type) {
  return std::ranges::any_of(kMoves, [&](const Move& move) {
    return move.from == from && move.to == to && (!move.delivery_only || type == OrderType::delivery);
  });
}

}  // namespace pizza::domain
