#include "kitchen/adapters/order_rows.hpp"

#include "orders/messages.hpp"

namespace pizza::kitchen {
namespace {

using persistence::require;

OrderRow read_order(const persistence::Result& rows, int i) {
  const auto number = [&](int column) { return static_cast<int>(rows.integer(i, column)); };
  return {.id = rows.integer(i, 0),
          .number = rows.text(i, 1),
          .status = require(domain::parse_order_status(rows.view(i, 2)), "status"),
          .type = require(domain::parse_order_type(rows.view(i, 3)), "type"),
          .priority = number(4),
          .precedence = number(5),
          .assigned_priority = number(6),
          .station = require(domain::parse_station(rows.view(i, 7)), "station"),
          .waiting_since = rows.time(i, 8),
          .begun_at = rows.time(i, 16),
          .customer_name = rows.text(i, 9),
          .request_id = rows.text(i, 10),
          .traceparent = rows.text(i, 11),
          .claim = rows.text(i, 12),
          .claimed_message = rows.text(i, 13),
          .estimated_completion = rows.time(i, 14),
          .attempts = number(15),
          .now = require(rows.time(i, 17), "now")};
}

}  // namespace

std::vector<OrderRow> read_orders(const persistence::Result& rows) {
  std::vector<OrderRow> orders;
  for (int i = 0; i < rows.rows(); ++i) orders.push_back(read_order(rows, i));
  return orders;
}

outbox::Row status_message(const OrderRow& order, domain::OrderStatus status, core::TimePoint completion,
                           const WorkerIdentity& worker) {
  return orders::announce({.order_number = order.number,
                           .old_status = order.status,
                           .new_status = status,
                           .changed_by = worker.name,
                           .timestamp = order.now,
                           .estimated_completion = completion,
                           .customer_name = order.customer_name,
                           .order_type = order.type},
                          order.request_id, order.traceparent);
}

}  // namespace pizza::kitchen
