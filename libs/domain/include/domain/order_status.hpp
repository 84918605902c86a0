#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "domain/order.hpp"

namespace pizza::domain {

enum class OrderStatus { received, cooking, ready, out_for_delivery, delivered, completed, cancelled };
inline constexpr std::array kOrderStatuses{
    OrderStatus::received,  OrderStatus::cooking,   OrderStatus::ready,    OrderStatus::out_for_delivery,
    OrderStatus::delivered, OrderStatus::completed, OrderStatus::cancelled};

std::string_view to_string(OrderStatus status);
/// The names above; `out-for-delivery` (the earlier text) is accepted too.
std::optional<OrderStatus> parse_order_status(std::string_view text);

/// The status machine of CONTRACT §2 as one table; everything it does not allow is impossible.
bool may_move(OrderStatus from, OrderStatus to, OrderType type);

}  // namespace pizza::domain
