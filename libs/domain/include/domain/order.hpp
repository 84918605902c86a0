#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"

namespace pizza::domain {

enum class OrderType { dine_in, takeout, delivery };
inline constexpr std::array kOrderTypes{OrderType::dine_in, OrderType::takeout, OrderType::delivery};
std::string_view to_string(OrderType type);
/// `dine_in`, `dine-in` (the earlier text), `takeout`, `delivery`; case matters.
std::optional<OrderType> parse_order_type(std::string_view text);

enum class CustomerType { regular, vip };
std::string_view to_string(CustomerType type);
std::optional<CustomerType> parse_customer_type(std::string_view text);

struct OrderItem {
  std::string name;
  int quantity = 0;
  Money price;
};

/// A valid order as the customer asked for it; made only by `validate`.
struct Order {
  std::string customer_name;
  OrderType type = OrderType::takeout;
  std::optional<int> table_number;
  std::optional<std::string> delivery_address;
  std::vector<OrderItem> items;
  CustomerType customer_type = CustomerType::regular;
  bool rush = false;
};

/// Sum of price × quantity; at most 20 × 10 × 999.99, so it cannot overflow.
Money total_of(const Order& order);

}  // namespace pizza::domain
