#include "contracts/order_message.hpp"

#include "json/writer.hpp"
#include "members.hpp"

namespace pizza::contracts {
namespace {

void write_items(json::Writer& writer, const domain::Order& order) {
  writer.key("items").array();
  for (const auto& item : order.items) {
    writer.object().key("name").value(item.name).key("quantity").value(item.quantity);
    writer.key("price").raw(item.price.to_string()).end_object();
  }
  writer.end_array();
}

}  // namespace

std::string encode(const OrderMessage& message) {
  const auto& order = message.order;
  json::Writer writer;
  writer.object().key("order_number").value(message.order_number);
  writer.key("customer_name").value(order.customer_name);
  writer.key("order_type").value(domain::to_string(order.type));
  writer.key("table_number");
  order.table_number ? writer.value(*order.table_number) : writer.null();
  writer.key("delivery_address");
  order.delivery_address ? writer.value(*order.delivery_address) : writer.null();
  write_items(writer, order);
  writer.key("total_amount").raw(message.total.to_string());
  writer.key("priority").value(message.priority).end_object();
  return writer.take();
}

std::expected<OrderTicket, std::string> decode_order_message(std::string_view body) {
  Members members{body};
  OrderTicket ticket{.order_number = members.order_number(),
                     .type = members.parsed("order_type", domain::parse_order_type)};
  // The rest is not used, but a body that has it wrong is no order message.
  members.optional_text("customer_name");
  members.optional_text("delivery_address");
  for (const auto* name : {"table_number", "total_amount", "priority"}) members.expect_number(name);
  members.expect_array("items");
  if (const auto& fault = members.fault()) return std::unexpected(*fault);
  return ticket;
}

}  // namespace pizza::contracts
