#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/order/order_database.hpp"
#include "metrics/registry.hpp"
#include "order/adapters/order_metrics.hpp"
#include "order/app/intake.hpp"

using namespace pizza;
using namespace pizza::test;

namespace {

using Numbers = std::vector<std::string>;

}  // namespace

TEST_CASE("the day of a number changes at midnight UTC, and its sequence starts again at 001") {
  OrderDatabase database;
  StandingClock clock("2024-12-31T23:59:59.999Z");
  const auto store = make_store(database, clock);
  CHECK(numbers_of(store->place(new_orders(2))) == Numbers{"ORD_20241231_001", "ORD_20241231_002"});
  clock.set("2025-01-01T00:00:00Z");
  CHECK(numbers_of(store->place(new_orders(2))) == Numbers{"ORD_20250101_001", "ORD_20250101_002"});
  // A clock that is set back a little goes on with the old day, without a double.
  clock.set("2024-12-31T23:59:59.999Z");
  CHECK(numbers_of(store->place(new_orders(1))) == Numbers{"ORD_20241231_003"});
  clock.set("2025-01-01T00:00:01Z");
  CHECK(numbers_of(store->place(new_orders(1))) == Numbers{"ORD_20250101_003"});
  CHECK(
      database->value("SELECT bool_and(to_char(created_at AT TIME ZONE 'UTC', 'YYYYMMDD') = split_part(number, '_', 2))"
                      " FROM orders") == "t");
}

TEST_CASE("the day is that of UTC, also on a database that lives elsewhere") {
  OrderDatabase database;
  database->execute("ALTER ROLE \"" + database->user() + "\" SET timezone TO 'Asia/Almaty'");
  const StandingClock clock("2024-12-16T20:30:00Z");  // already the 17th in Almaty
  const auto store = make_store(database, clock);
  CHECK(numbers_of(store->place(new_orders(1))) == Numbers{"ORD_20241216_001"});
  CHECK(database->value("SELECT created_at = '2024-12-16T20:30:00Z' AND updated_at = created_at FROM orders") == "t");
  CHECK(database->value("SELECT day FROM order_counters") == "2024-12-16");
}

TEST_CASE("the sequence grows past 999") {
  OrderDatabase database;
  const StandingClock clock("2024-12-16T10:00:00Z");
  const auto store = make_store(database, clock);
  database->execute("INSERT INTO order_counters (day, last) VALUES ('2024-12-16', 998)");
  CHECK(numbers_of(store->place(new_orders(2))) == Numbers{"ORD_20241216_999", "ORD_20241216_1000"});
}

TEST_CASE("orders that several writers of two instances take across midnight have no double and no gap") {
  OrderDatabase database;
  StandingClock clock("2024-12-31T23:59:59Z");
  const auto make = [&] { return make_store(database, clock); };
  metrics::Registry metrics;
  order::OrderMetrics observer(metrics);
  order::Intake one(make, 2, observer);
  order::Intake other(make, 2, observer);
  constexpr int kClients = 16;
  constexpr int kEach = 25;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < kClients; ++i) {
      clients.emplace_back([&, &intake = i % 2 == 0 ? one : other, i] {
        for (int j = 0; j < kEach; ++j) {
          if (i == 0 && j == kEach / 2) clock.set("2025-01-01T00:00:00Z");
          intake.place(new_order());
        }
      });
    }
  }
  one.stop();
  other.stop();
  // Per day: as many orders as the highest number says, and as many different ones.
  const auto days = database->query(
      "SELECT day, count(*) = last, count(DISTINCT number) = last, max(split_part(number, '_', 3)::int) = last"
      " FROM order_counters JOIN orders ON split_part(number, '_', 2) = to_char(day, 'YYYYMMDD')"
      " GROUP BY day, last ORDER BY day");
  CHECK(days == TestDatabase::Rows{{"2024-12-31", "t", "t", "t"}, {"2025-01-01", "t", "t", "t"}});
  CHECK(database->value("SELECT count(*) FROM orders") == std::to_string(kClients * kEach));
  CHECK(database->value("SELECT count(DISTINCT (order_id, status)) FROM order_status_log") ==
        std::to_string(kClients * kEach));
}
