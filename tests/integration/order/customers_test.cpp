#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/order/order_database.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

std::size_t sessions_where(OrderDatabase& database, const std::string& condition) {
  return database
      ->query_as_admin(
          "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test writer' "
          "AND " +
          condition)
      .size();
}

}  // namespace

TEST_CASE("every order of a batch is judged by what was known of its customer before, and counted once") {
  OrderDatabase database;
  const StandingClock noon("2024-12-16T12:00:00Z");
  database->execute(
      "INSERT INTO customers (name, type, orders_completed) VALUES ('Vera', 'vip', 0), ('Rita', 'regular', 2)");
  const auto placings =
      make_store(database, noon)
          ->place(std::vector{new_order("Rita"), new_order("Vera"), new_order("Anna"), new_order("Rita")});
  std::vector<int> priorities;
  for (const auto& placing : placings) priorities.push_back(placing.value().priority);
  CHECK(priorities == std::vector{5, 10, 1, 5});
  CHECK(database->query("SELECT name, orders_placed, updated_at = '2024-12-16T12:00:00Z' FROM customers"
                        " ORDER BY name") ==
        TestDatabase::Rows{{"Anna", "1", "t"}, {"Rita", "2", "t"}, {"Vera", "1", "t"}});
  CHECK(database->query("SELECT class, received, day FROM priority_counters ORDER BY class") ==
        TestDatabase::Rows{{"high", "1", "2024-12-16"}, {"medium", "2", "2024-12-16"}, {"normal", "1", "2024-12-16"}});
}

TEST_CASE("around midnight, when no day's row keeps two writers apart, they do not wait for each other in a ring") {
  OrderDatabase database;
  const StandingClock before("2024-12-16T23:59:59Z");
  const StandingClock after("2024-12-17T00:00:00Z");
  {
    const auto one = make_store(database, before);
    const auto other = make_store(database, after);
    one->place(std::vector{new_order("Anna"), new_order("Max"), new_order("Zoe")});
    other->place(new_orders(1));
    // Each would hold one end of the alphabet and wait for its middle, did they not begin at the same end.
    database->execute("BEGIN");
    database->execute("SELECT * FROM customers WHERE name = 'Max' FOR UPDATE");
    const std::jthread first([&] { one->place(std::vector{new_order("Anna"), new_order("Max"), new_order("Zoe")}); });
    const std::jthread second(
        [&] { other->place(std::vector{new_order("Zoe"), new_order("Max"), new_order("Anna")}); });
    CHECK(eventually(core::after(2s), [&] { return sessions_where(database, "wait_event_type = 'Lock'") == 2; }));
    database->execute("COMMIT");
  }
  CHECK(database->query("SELECT name, orders_placed FROM customers ORDER BY name") ==
        TestDatabase::Rows{{"Anna", "4"}, {"Max", "3"}, {"Zoe", "3"}});
  // A deadlock would be tried again and not be seen; the server counts it when the session ends.
  CHECK(eventually(core::after(5s), [&] { return sessions_where(database, "true") == 0; }));
  CHECK(database->query_as_admin("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") ==
        TestDatabase::Rows{{"0"}});
}

TEST_CASE("an order whose customer's row is locked for long fails alone") {
  OrderDatabase database;
  const StandingClock noon("2024-12-16T12:00:00Z");
  const auto store = make_store(database, noon);
  store->place(std::vector{new_order("Max")});
  database->execute("BEGIN");
  database->execute("SELECT * FROM customers WHERE name = 'Max' FOR UPDATE");
  // The writer tries the orders of a refused batch one by one.
  CHECK_THROWS_AS(store->place(std::vector{new_order("Anna"), new_order("Max")}), order::OrderRefused);
  CHECK(store->place(std::vector{new_order("Anna")}).at(0).has_value());
  CHECK_THROWS_AS(store->place(std::vector{new_order("Max")}), order::StoreUnavailable);
  database->execute("COMMIT");
  CHECK(database->value("SELECT string_agg(number, ' ' ORDER BY number) FROM orders") ==
        "ORD_20241216_001 ORD_20241216_002");
}
