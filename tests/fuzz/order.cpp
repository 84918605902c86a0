// The body of POST /orders: the JSON reader, the form and its validation.

#include <cstdint>

#include "contracts/order_message.hpp"
#include "contracts/order_request.hpp"
#include "domain/validation.hpp"
#include "fuzz/json_tree.hpp"
#include "fuzz/require.hpp"

using namespace pizza;
using fuzz::require;

namespace {

/// What CONTRACT §2 says of an order that is accepted.
void check(const domain::Order& order) {
  const auto name = domain::length_in_code_points(order.customer_name);
  require(name >= 1 && name <= 100 && domain::is_name_text(order.customer_name), "the customer has a name");
  require(!domain::is_blank(order.customer_name), "the customer's name is not blank");
  require(!order.items.empty() && order.items.size() <= 20, "1 to 20 items");
  std::int64_t total = 0;
  for (const auto& item : order.items) {
    const auto length = domain::length_in_code_points(item.name);
    require(length >= 1 && length <= 50 && domain::is_printable_text(item.name), "an item has a printable name");
    require(item.quantity >= 1 && item.quantity <= 10, "1 to 10 of an item");
    require(item.price.cents() >= 1 && item.price.cents() <= 99999, "an item costs 0.01 to 999.99");
    require(domain::Money::parse(item.price.to_string()) == item.price, "a price is read as it is written");
    total += item.price.cents() * item.quantity;
  }
  require(domain::total_of(order).cents() == total, "the total is the sum of its items");
  require(order.table_number.has_value() == (order.type == domain::OrderType::dine_in), "a table for who dines in");
  require(!order.table_number || (*order.table_number >= 1 && *order.table_number <= 100), "tables 1 to 100");
  require(order.delivery_address.has_value() == (order.type == domain::OrderType::delivery),
          "an address to deliver to");
  if (order.delivery_address) {
    const auto length = domain::length_in_code_points(domain::trimmed(*order.delivery_address));
    require(length >= 10 && length <= 500, "an address of 10 to 500 characters");
  }
}

/// The order as its message says it is the same order again.
void check_message(const domain::Order& order) {
  const contracts::OrderMessage message{
      .order_number = "ORD_20240229_001", .order = order, .total = domain::total_of(order), .priority = 10};
  const auto bytes = contracts::encode(message);
  const auto ticket = contracts::decode_order_message(bytes);
  require(ticket && ticket->order_number == message.order_number && ticket->type == order.type,
          "our own message can be read");
  const auto body = json::read(bytes);
  require(body.has_value(), "our own message is JSON");
  const auto again = domain::validate(contracts::to_order_form(*body));
  require(again.has_value(), "what was accepted is accepted again");
  require(again->customer_name == order.customer_name && again->type == order.type &&
              again->table_number == order.table_number && again->delivery_address == order.delivery_address &&
              domain::total_of(*again) == message.total && again->items.size() == order.items.size(),
          "what was accepted is the same again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = fuzz::text_of(data, size);
  const auto body = json::read(document);
  if (!body) {
    require(body.error().offset <= size && !body.error().reason.empty(), "a refusal says where and why");
    return 0;
  }
  const auto bytes = fuzz::written(*body);
  const auto again = json::read(bytes);
  require(again && fuzz::written(*again) == bytes, "what was read is read as it is written");
  if (body->object() == nullptr) return 0;
  const auto order = domain::validate(contracts::to_order_form(*body));
  if (!order) {
    require(!order.error().empty(), "a refusal names a fault");
    return 0;
  }
  check(*order);
  check_message(*order);
  return 0;
}
