#include "orders/messages.hpp"

#include <unordered_map>
#include <utility>

#include "contracts/order_message.hpp"
#include "contracts/topology.hpp"

namespace pizza::orders {
namespace {

using persistence::Params;
using persistence::require;
using persistence::Statement;

constexpr Statement kLoadOrders{"load_orders", R"(
    SELECT id, number, customer_name, type, table_number, delivery_address, total_amount, priority, customer_type, rush,
           coalesce(request_id, ''), coalesce(traceparent, '')
    FROM orders WHERE id = ANY ($1::bigint[]) ORDER BY id)"};

constexpr Statement kLoadItems{"load_order_items", R"(
    SELECT order_id, name, quantity, price FROM order_items WHERE order_id = ANY ($1::bigint[]) ORDER BY id)"};

StoredOrder read(const persistence::Result& rows, int i) {
  StoredOrder stored{.id = rows.integer(i, 0), .number = rows.text(i, 1)};
  auto& order = stored.order;
  order.customer_name = rows.text(i, 2);
  order.type = require(domain::parse_order_type(rows.view(i, 3)), "type");
  if (!rows.is_null(i, 4)) order.table_number = static_cast<int>(rows.integer(i, 4));
  order.delivery_address = rows.optional_text(i, 5);
  stored.total = require(domain::Money::parse(rows.view(i, 6)), "total_amount");
  stored.priority = static_cast<int>(rows.integer(i, 7));
  order.customer_type = require(domain::parse_customer_type(rows.view(i, 8)), "customer_type");
  order.rush = rows.boolean(i, 9);
  stored.request_id = rows.text(i, 10);
  stored.traceparent = rows.text(i, 11);
  return stored;
}

}  // namespace

std::vector<StoredOrder> load(persistence::Transaction& transaction, const std::vector<std::int64_t>& ids) {
  std::vector<StoredOrder> orders;
  if (ids.empty()) return orders;
  std::unordered_map<std::int64_t, std::size_t> places;
  const auto rows = transaction.execute(kLoadOrders, Params::of(ids));
  for (int i = 0; i < rows.rows(); ++i) {
    orders.push_back(read(rows, i));
    places.emplace(orders.back().id, orders.size() - 1);
  }
  const auto items = transaction.execute(kLoadItems, Params::of(ids));
  for (int i = 0; i < items.rows(); ++i) {
    const auto place = places.find(items.integer(i, 0));
    if (place == places.end()) continue;
    orders[place->second].order.items.push_back({.name = items.text(i, 1),
                                                 .quantity = static_cast<int>(items.integer(i, 2)),
                                                 .price = require(domain::Money::parse(items.view(i, 3)), "price")});
  }
  return orders;
}

outbox::Row request(const StoredOrder& order, domain::Station station) {
  auto address = contracts::address_of(station, order.order.type, order.priority);
  return {.exchange = std::move(address.exchange),
          .routing_key = std::move(address.routing_key),
          .message_type = "order",
          .priority = order.priority,
          .order_number = order.number,
          .correlation_id = order.request_id,
          .body = contracts::encode(contracts::OrderMessage{order.number, order.order, order.total, order.priority}),
          .traceparent = order.traceparent};
}

outbox::Row announce(const contracts::StatusUpdate& update, const std::string& request_id,
                     const std::string& traceparent) {
  return {.exchange = std::string{contracts::kNotificationsFanout},
          .message_type = "status_update",
          .order_number = update.order_number,
          .correlation_id = request_id,
          .body = contracts::encode(update),
          .traceparent = traceparent};
}

}  // namespace pizza::orders
