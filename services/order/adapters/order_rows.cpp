#include "order/adapters/order_rows.hpp"

#include <optional>
#include <string_view>

#include "orders/messages.hpp"

namespace pizza::order {

using persistence::Array;
using persistence::Params;

Params insert_values(core::TimePoint now, const std::string& day, std::span<const OrderRow> rows) {
  Array number;
  Array customer_name;
  Array type;
  Array table_number;
  Array delivery_address;
  Array total_amount;
  Array priority;
  Array customer_type;
  Array rush;
  Array request_id;
  Array intake_id;
  Array notes;
  Array traceparent;
  Array priority_class;
  Array item_number;
  Array item_name;
  Array item_quantity;
  Array item_price;
  for (const auto& row : rows) {
    const auto& order = row.source->order;
    number.add(row.placed.number);
    customer_name.add(order.customer_name);
    type.add(domain::to_string(order.type));
    table_number.add(order.table_number);
    delivery_address.add(order.delivery_address);
    total_amount.add(row.placed.total.to_string());
    priority.add(row.priority.level);
    customer_type.add(domain::to_string(order.customer_type));
    rush.add(std::string_view{order.rush ? "t" : "f"});
    request_id.add(row.source->request_id);
    intake_id.add(row.source->intake_id);
    notes.add(row.priority.reason);
    const auto& trace = row.source->traceparent;
    traceparent.add(trace.empty() ? std::nullopt : std::optional{trace});
    priority_class.add(domain::priority_class(row.priority.level));
    for (const auto& item : order.items) {
      item_number.add(row.placed.number);
      item_name.add(item.name);
      item_quantity.add(item.quantity);
      item_price.add(item.price.to_string());
    }
  }
  return Params::of(now, number, customer_name, type, table_number, delivery_address, total_amount, priority,
                    customer_type, rush, request_id, intake_id, item_number, item_name, item_quantity, item_price,
                    notes, traceparent, day, priority_class);
}

outbox::Row to_message(const OrderRow& row) {
  return orders::request({.number = row.placed.number,
                          .order = row.source->order,
                          .total = row.placed.total,
                          .priority = row.priority.level,
                          .request_id = row.source->request_id,
                          .traceparent = row.source->traceparent},
                         domain::Station::cook);
}

}  // namespace pizza::order
