#include "integration/plans/stocked_database.hpp"

#include <cstdint>
#include <cstdlib>

#include "integration/plans/statements.hpp"
#include "support/stored_orders.hpp"

namespace pizza::plans {
namespace {

constexpr std::int64_t kWaiting = 3000;
constexpr std::int64_t kCooking = 40;

std::int64_t orders_of_environment() {
  const char* text = std::getenv("PIZZA_PLANS_ORDERS");
  return text != nullptr ? std::stoll(text) : 100'000;
}

}  // namespace

StockedDatabase& StockedDatabase::shared() {
  static StockedDatabase database;
  return database;
}

StockedDatabase::StockedDatabase() : session_(database_.options(), database_.log()) {
  query("SET lock_timeout = 0");  // autovacuum may have a table in hand
  auto& stock = *database_;
  const auto orders = orders_of_environment();
  test::store_orders(stock, orders, {.items = orders > 2'000'000 ? 1 : 2});
  test::store_cooking(stock, kCooking);
  test::store_waiting(stock, kWaiting);
  owe(200);
  query(
      "INSERT INTO idempotency_keys SELECT 'key ' || n, now() - n * interval '4 seconds', md5('a') || md5('b'), "
      "(SELECT number FROM orders LIMIT 1), now() FROM generate_series(1, 20000) AS n");
  query("ANALYZE idempotency_keys");
  for (const auto& [name, what, which] :
       {std::tuple{"waiting", "number", "status = 'received' ORDER BY id"},
        {"waiting_id", "id", "status = 'received' ORDER BY id"},
        {"cooking", "number", "status = 'cooking' ORDER BY id"},
        {"cooking_id", "id", "status = 'cooking' ORDER BY id"},
        {"claim", "claim", "status = 'cooking' ORDER BY id"},
        {"message", "claimed_message", "status = 'cooking' ORDER BY id"},
        {"cook", "processed_by", "status = 'cooking' ORDER BY id"},
        {"instance", "claimed_by", "status = 'cooking' ORDER BY id"},
        {"done", "number", "status = 'completed' AND type = 'delivery' ORDER BY id"},
        {"done_id", "id", "status = 'completed' AND type = 'delivery' ORDER BY id"}}) {
    rows_[name] = value(std::string{"SELECT "} + what + " FROM orders WHERE " + which + " LIMIT 1");
  }
  rows_["key"] = value("SELECT key FROM idempotency_keys ORDER BY created_at LIMIT 1");
  rows_["uuid"] = core::random_uuid();
  for (const auto& statement : statements_of_sources()) query("PREPARE " + statement.name + " AS " + statement.sql);
}

void StockedDatabase::owe(int count) {
  query("DELETE FROM outbox");
  query("VACUUM outbox");
  query(
      "INSERT INTO outbox (exchange, routing_key, message_type, priority, order_number, correlation_id, body, "
      "leased_until) SELECT 'orders_topic', 'kitchen.takeout.1', CASE n % 2 WHEN 0 THEN 'order' ELSE 'status_update' "
      "END, 1, number, md5(number), repeat('x', 300), clock_timestamp() + CASE n % 4 WHEN 0 THEN interval '-1 s' ELSE "
      "interval '1 hour' END FROM (SELECT number, row_number() OVER (ORDER BY id) AS n FROM (SELECT id, number FROM "
      "orders ORDER BY id DESC LIMIT " +
      std::to_string(count) + ") AS newest) AS numbered");
  query("ANALYZE outbox");
  rows_["owed"] = value("SELECT string_agg(id::text, ',') FROM (SELECT id FROM outbox ORDER BY id LIMIT 10) AS first");
}

std::string StockedDatabase::execution(const Case& asked) const {
  std::string values{asked.values};
  // The longer names first: `$waiting_id` is not `$waiting`.
  for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) {
    const auto name = "$" + row->first;
    for (auto at = values.find(name); at != std::string::npos; at = values.find(name)) {
      values.replace(at, name.size(), row->second);
    }
  }
  return "EXECUTE " + std::string{asked.statement} + (values.empty() ? "" : "(" + values + ")");
}

std::string StockedDatabase::plan_of(const Case& asked) {
  std::string plan;
  const auto lines = query("EXPLAIN " + execution(asked));
  for (int i = 0; i < lines.rows(); ++i) plan += lines.text(i, 0) + "\n";
  return plan;
}

long StockedDatabase::blocks_of(const Case& asked) {
  const auto touched = [this] {
    return std::stol(value(
        "SELECT sum(pg_stat_get_xact_blocks_fetched(oid)) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = "
        "'public'::regnamespace"));
  };
  query("BEGIN");
  const auto before = touched();
  query(execution(asked));
  const auto after = touched();
  query("ROLLBACK");
  return after - before;
}

}  // namespace pizza::plans
