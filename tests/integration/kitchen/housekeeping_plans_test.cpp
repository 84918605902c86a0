#include <string>

#include "integration/kitchen/kitchen_database.hpp"
#include "kitchen/adapters/registry_sql.hpp"
#include "support/rows_read.hpp"

using namespace pizza;
using namespace pizza::kitchen;

TEST_CASE("looking for orders to promote reads those that are due, however many wait") {
  KitchenDatabase database;
  // Promoted once already, for ever a dead letter, overdue, not yet waiting too long; and 150 that are due.
  database->execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, waiting_since, promotions, overdue, attempts) "
      "SELECT 'N' || i, 'Anna', 'takeout', 1, now() - CASE WHEN i <= 50 THEN interval '1300 s' WHEN i % 4 = 3 THEN "
      "interval '60 s' WHEN i <= 200 THEN interval '700 s' ELSE interval '900 s' END, "
      "CASE WHEN i <= 50 OR (i > 200 AND i % 4 = 0) THEN 1 ELSE 0 END, i > 200 AND i % 4 = 1, "
      "CASE WHEN i > 200 AND i % 4 = 2 THEN 5 ELSE 0 END FROM generate_series(1, 20000) AS i");
  database->execute("ANALYZE orders");
  database->execute(GENERATE("SET plan_cache_mode = force_custom_plan", "SET plan_cache_mode = force_generic_plan"));
  const auto due = std::stol(database.value(
      "SELECT count(*) FROM orders WHERE waiting_since <= now() - (promotions + 1) * interval '600 s' AND NOT overdue "
      "AND attempts < 5"));
  REQUIRE(due > 100);
  // Twice: to find them, and to change them. And one for each number of steps.
  CHECK(test::rows_read(*database, sql::kPromote.name, sql::kPromote.sql, "600000, 'anna', 500") <= 2 * due + 10);
  CHECK(database.value("SELECT count(*) FROM order_status_log") == std::to_string(due));
}

TEST_CASE("looking for missed cancellations reads the worker's own of late, however many orders were ever cancelled") {
  KitchenDatabase database;
  database->execute(
      "INSERT INTO orders (number, customer_name, type, total_amount, status, waiting_since, processed_by, updated_at) "
      "SELECT 'N' || i, 'Anna', 'takeout', 1, 'cancelled', NULL, 'anna', now() - i * interval '1 h' "
      "FROM generate_series(0, 20000) AS i");
  database->execute("ANALYZE orders");
  CHECK(test::rows_read(*database, sql::kMissedCancellations.name, sql::kMissedCancellations.sql,
                        "'anna', now() - interval '150 min'") == 3);
}
