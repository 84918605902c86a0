#include "domain/order.hpp"

namespace pizza::domain {

std::string_view to_string(OrderType type) {
  switch (type) {
    case OrderType::dine_in:
      return "dine_in";
    case OrderType::takeout:
      return "takeout";
    case OrderType::delivery:
      return "delivery";
  }
  return {};
}

std::optional<OrderType> parse_order_type(std::string_view text) {
  for (const auto type : kOrderTypes) {
    if (text == to_string(type)) return type;
  }
  if (text == "dine-in") return OrderType::dine_in;
  return std::nullopt;
}

std::string_view to_string(CustomerType type) {
  switch (type) {
    case CustomerType::regular:
      return "regular";
    case CustomerType::vip:
      return "vip";
  }
  return {};
}

std::optional<CustomerType> parse_customer_type(std::string_view text) {
  for (const auto type : {CustomerType::regular, CustomerType::vip}) {
    if (text == to_string(type)) return type;
  }
  return std::nullopt;
}

Money total_of(const Order& order) {
  Money total;
  for (const auto& item : order.items) total = total + item.price * item.quantity;
  return total;
}

}  // namespace pizza::domain
