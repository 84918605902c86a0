// What the reconciler's questions read, where very much waits.
#include <string>

#include <catch2/catch.hpp>

#include "integration/order/order_database.hpp"
#include "order/adapters/reconciler_sql.hpp"
#include "support/rows_read.hpp"

using namespace pizza;
using namespace pizza::test;
namespace sql = pizza::order::sql;

namespace {

constexpr const char* kTakeout = "'cook', '{takeout}', ";

}  // namespace

TEST_CASE("looking for lost messages reads as many orders as the queue has, and a thousand; not all that wait") {
  OrderDatabase database;
  // Ready long ago, at later stations, received; few cook. All that wait may have their message in the outbox.
  const bool unsent = GENERATE(false, true);
  database->execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, priority, status, station, waiting_since, claim, "
      "claimed_by, processed_by) SELECT 'N' || i, 'Anna', CASE WHEN i % 4 = 0 THEN 'dine_in' ELSE 'takeout' END, 1, "
      "1 + i % 10, CASE WHEN i <= 20000 THEN 'ready' WHEN i <= 30000 THEN 'cooking' WHEN i <= 30050 THEN 'cooking' "
      "ELSE 'received' END, CASE WHEN i BETWEEN 20001 AND 30000 THEN 'quality' ELSE 'cook' END, "
      "CASE WHEN i BETWEEN 20001 AND 30000 OR i > 30050 THEN now() - interval '1 hour' END, "
      "CASE WHEN i BETWEEN 30001 AND 30050 THEN gen_random_uuid() END, "
      "CASE WHEN i BETWEEN 30001 AND 30050 THEN gen_random_uuid() END, 'anna' FROM generate_series(1, 60000) AS i");
  database->execute(
      "INSERT INTO workers (name, type, instance_id, prefetch) VALUES ('anna', 'general', "
      "gen_random_uuid(), 10)");
  if (unsent) {
    database->execute(
        "INSERT INTO outbox (exchange, routing_key, message_type, order_number, body, leased_until) "
        "SELECT 'orders_topic', 'k', 'order', number, '{}', now() FROM orders");
    database->execute("ANALYZE outbox");
  }
  database->execute("ANALYZE orders");
  database->execute(GENERATE("SET plan_cache_mode = force_custom_plan", "SET plan_cache_mode = force_generic_plan"));
  const auto rows = [&](const persistence::Statement& statement, const std::string& values,
                        const std::string& relation = "orders") {
    return rows_read(*database, statement.name, statement.sql, kTakeout + values, relation);
  };
  CHECK(rows(sql::kLookAtLine, "1000") <= 1010 + 2 * 50);
  CHECK(rows(sql::kLookAtLine, "1000", "outbox") <= 1010 + 50);
  CHECK(rows(sql::kLockUnclaimed, "1000") == 0);
  // A thousand are locked after they were found.
  CHECK(rows(sql::kLockForgotten, "1000, 20000, 2000") <= 12 * 2000 + 1000);
  CHECK(rows(sql::kTakeOrphans, "1000, 20000") <= 3 * 50);
  CHECK(rows_read(*database, sql::kTakeOutranked.name, sql::kTakeOutranked.sql, "1000, 20000", "orders") <= 3 * 50);
}
