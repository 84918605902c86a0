#include "outbox/store.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace pizza::outbox {
namespace {

using persistence::Params;
using persistence::Statement;

constexpr Statement kAppend{"outbox_append", R"(
    INSERT INTO outbox (exchange, routing_key, message_type, priority, order_number, correlation_id, body, traceparent,
                        leased_until)
    SELECT exchange, routing_key, message_type, priority, order_number, correlation_id, body, traceparent,
           clock_timestamp() + interval '12 seconds'
    FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::text[], $8::text[])
         WITH ORDINALITY AS input (exchange, routing_key, message_type, priority, order_number, correlation_id, body,
                                   traceparent, position)
    ORDER BY position
    RETURNING id)"};

constexpr Statement kFindOrders{"outbox_find_orders", R"(
    SELECT order_number, id FROM outbox WHERE message_type = 'order' AND order_number = ANY ($1::text[]))"};

constexpr Statement kRemove{"outbox_remove", "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"};

// One time for all of them, so that they are taken in the order of their ids.
constexpr Statement kRelease{"outbox_release", R"(
    UPDATE outbox SET leased_until = statement_timestamp() WHERE id = ANY ($1::bigint[]))"};

constexpr Statement kPostpone{"outbox_postpone", R"(
    UPDATE outbox
    SET leased_until = clock_timestamp()
                     + least(greatest(clock_timestamp() - created_at, interval '5 seconds'), interval '1 minute')
    WHERE id = ANY ($1::bigint[]))"};

constexpr Statement kTakeDue{"outbox_take_due", R"(
    UPDATE outbox SET leased_until = clock_timestamp() + interval '12 seconds'
    WHERE id = ANY (ARRAY(SELECT id FROM outbox WHERE leased_until < clock_timestamp()
                          ORDER BY leased_until, id LIMIT $1 FOR UPDATE SKIP LOCKED))
    RETURNING id, exchange, routing_key, message_type, priority, order_number, correlation_id, body,
              coalesce(traceparent, ''))"};

/// In the order of the primary key: an index knows which of its rows are gone, also when a million of them were just
/// deleted and no vacuum has been there.
constexpr Statement kBacklog{"outbox_backlog", R"(
    SELECT count(*), coalesce((extract(epoch FROM clock_timestamp() - min(created_at)) * 1000)::bigint, 0)
    FROM (SELECT created_at FROM outbox ORDER BY id LIMIT $1) AS first)"};

Params values_of(const std::vector<Row>& rows) {
  persistence::Array exchange;
  persistence::Array routing_key;
  persistence::Array message_type;
  persistence::Array priority;
  persistence::Array order_number;
  persistence::Array correlation_id;
  persistence::Array body;
  persistence::Array traceparent;
  for (const auto& row : rows) {
    exchange.add(row.exchange);
    routing_key.add(row.routing_key);
    message_type.add(row.message_type);
    priority.add(row.priority);
    order_number.add(row.order_number);
    correlation_id.add(row.correlation_id);
    body.add(row.body);
    traceparent.add(row.traceparent.empty() ? std::nullopt : std::optional{row.traceparent});
  }
  return Params::of(exchange, routing_key, message_type, priority, order_number, correlation_id, body, traceparent);
}

void take_ids(const persistence::Result& appended, std::vector<Row>& rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].id = appended.integer(static_cast<int>(i), 0);
}

}  // namespace

void append(persistence::Transaction& transaction, std::vector<Row>& rows) {
  if (!rows.empty()) take_ids(transaction.execute(kAppend, values_of(rows)), rows);
}

std::vector<persistence::Result> append_and_commit(persistence::Transaction& transaction, std::vector<Row>& rows) {
  if (rows.empty()) return transaction.commit();
  transaction.post(kAppend, values_of(rows));
  auto results = transaction.commit();
  take_ids(results.back(), rows);
  results.pop_back();
  return results;
}

void find_orders(persistence::Connection& connection, std::vector<Row>& rows) {
  persistence::Array numbers;
  for (const auto& row : rows) numbers.add(row.order_number);
  const auto found = connection.execute(kFindOrders, Params::of(numbers));
  std::map<std::string, std::int64_t, std::less<>> ids;
  for (int i = 0; i < found.rows(); ++i) ids.emplace(found.text(i, 0), found.integer(i, 1));
  std::erase_if(rows, [&](const Row& row) { return !ids.contains(row.order_number); });
  for (auto& row : rows) row.id = ids.at(row.order_number);
}

void remove(persistence::Connection& connection, const std::vector<std::int64_t>& ids) {
  connection.execute(kRemove, Params::of(ids));
}

void release(persistence::Connection& connection, const std::vector<std::int64_t>& ids) {
  connection.execute(kRelease, Params::of(ids));
}

void postpone(persistence::Connection& connection, const std::vector<std::int64_t>& ids) {
  connection.execute(kPostpone, Params::of(ids));
}

Backlog backlog(persistence::Connection& connection) {
  const auto result = connection.execute(kBacklog, Params::of(Backlog::kMost));
  return {.pending = result.integer(0, 0), .oldest = std::chrono::milliseconds{result.integer(0, 1)}};
}

std::vector<Row> take_due(persistence::Connection& connection, std::size_t limit) {
  const auto result = connection.execute(kTakeDue, Params::of(limit));
  std::vector<Row> rows;
  for (int i = 0; i < result.rows(); ++i) {
    Row row{.id = result.integer(i, 0),
            .exchange = result.text(i, 1),
            .routing_key = result.text(i, 2),
            .message_type = result.text(i, 3),
            .order_number = result.text(i, 5),
            .correlation_id = result.text(i, 6),
            .body = result.text(i, 7),
            .traceparent = result.text(i, 8)};
    if (!result.is_null(i, 4)) row.priority = static_cast<int>(result.integer(i, 4));
    rows.push_back(std::move(row));
  }
  // UPDATE … RETURNING has no order of its own; an order's messages should leave in the order they were written.
  std::ranges::sort(rows, {}, &Row::id);
  return rows;
}

}  // namespace pizza::outbox
