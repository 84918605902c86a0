#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "domain/order.hpp"

namespace pizza::contracts {

/// The Order Message (specification, Order Service, Logic 5).
struct OrderMessage {
  std::string order_number;
  domain::Order order;
  domain::Money total;
  int priority = 1;
};

std::string encode(const OrderMessage& message);

/// What a kitchen worker needs of an order message; the database holds the rest and the truth.
struct OrderTicket {
  std::string order_number;
  domain::OrderType type = domain::OrderType::takeout;
};

/// Reads a body from anywhere: the printed members, wherever they come from; unknown members are ignored. The error
/// says what is wrong with it and will be wrong for ever (a dead letter's `x-error`).
std::expected<OrderTicket, std::string> decode_order_message(std::string_view body);

}  // namespace pizza::contracts
