#include <atomic>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/order/order_database.hpp"
#include "metrics/registry.hpp"
#include "order/adapters/order_metrics.hpp"
#include "order/app/intake.hpp"
#include "support/eventually.hpp"

using namespace pizza;
using namespace pizza::test;
using namespace std::chrono_literals;

namespace {

const StandingClock& noon() {
  static const StandingClock clock("2024-12-16T12:00:00Z");
  return clock;
}

struct BatchStore {
  OrderDatabase& database;
  std::vector<outbox::Row> handed_over;
  order::SqlOrderStore store{
      database.options(), noon(), in_ten_minutes,
      [this](std::vector<outbox::Row> rows) { handed_over.insert(handed_over.end(), rows.begin(), rows.end()); },
      database.log()};
};

void plant_culprit(OrderDatabase& database) {
  database->execute("ALTER TABLE orders ADD CONSTRAINT planted CHECK (customer_name <> 'Culprit')");
}

}  // namespace

TEST_CASE("a batch is numbered and its messages are handed over in its order, each with its own outbox row") {
  OrderDatabase database;
  BatchStore here{database};
  std::vector<order::NewOrder> orders;
  for (const auto* name : {"Anna", "Bob", "Carl"}) orders.push_back(new_order(name));
  CHECK(numbers_of(here.store.place(orders)) ==
        std::vector<std::string>{"ORD_20241216_001", "ORD_20241216_002", "ORD_20241216_003"});
  CHECK(database->query("SELECT number, customer_name FROM orders ORDER BY id") ==
        TestDatabase::Rows{{"ORD_20241216_001", "Anna"}, {"ORD_20241216_002", "Bob"}, {"ORD_20241216_003", "Carl"}});
  REQUIRE(here.handed_over.size() == 3);
  const auto stored = database->query("SELECT id, order_number, body FROM outbox ORDER BY id");
  REQUIRE(stored.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& row = here.handed_over[i];
    CHECK(stored[i] == std::vector<std::string>{std::to_string(row.id), row.order_number, row.body});
    CHECK(row.body.find(orders[i].order.customer_name) != std::string::npos);
  }
}

TEST_CASE("a batch refused for its data stores nothing, takes no number and hands over nothing") {
  OrderDatabase database;
  plant_culprit(database);
  BatchStore here{database};
  const std::vector orders{new_order("Anna"), new_order("Culprit"), new_order("Bob")};
  CHECK_THROWS_AS(here.store.place(orders), order::OrderRefused);
  for (const auto* table : {"orders", "order_items", "order_status_log", "outbox", "order_counters"}) {
    INFO(table);
    CHECK(database->value(std::string{"SELECT count(*) FROM "} + table) == "0");
  }
  CHECK(here.handed_over.empty());
  // The store is as good as new.
  CHECK(number_of(here.store.place(std::vector{new_order()}).front()) == "ORD_20241216_001");
}

TEST_CASE("of a batch with culprits only they fail, and the numbers have no gap") {
  OrderDatabase database;
  plant_culprit(database);
  metrics::Registry metrics;
  order::OrderMetrics observer(metrics);
  order::Intake intake([&] { return make_store(database, noon()); }, 1, observer);
  intake.place(new_order());
  // While the day's row is held, one batch waits in the database and all the others gather into the next.
  database->execute("BEGIN");
  database->execute("SELECT * FROM order_counters FOR UPDATE");
  constexpr int kOrders = 30;
  std::vector<std::future<std::string>> results;
  results.reserve(kOrders);
  for (int i = 0; i < kOrders; ++i) {
    results.push_back(std::async(std::launch::async, [&, name = i % 10 == 3 ? "Culprit" : "Anna"] {
      try {
        return number_of(intake.place(new_order(name)));
      } catch (const order::OrderRefused&) {
        return std::string{"refused"};
      }
    }));
  }
  REQUIRE(eventually(core::after(2s), [&] {
    return database
               ->query_as_admin(
                   "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND"
                   " wait_event_type = 'Lock'")
               .size() == 1;
  }));
  database->execute("COMMIT");
  std::set<std::string> numbers;
  int refused = 0;
  for (auto& result : results) {
    const auto number = result.get();
    number == "refused" ? ++refused : static_cast<int>(numbers.insert(number).second);
  }
  CHECK(refused == 3);
  REQUIRE(numbers.size() == kOrders - 3);
  CHECK(*numbers.begin() == "ORD_20241216_002");
  CHECK(*numbers.rbegin() == "ORD_20241216_028");
  CHECK(database->value("SELECT last FROM order_counters") == "28");
  CHECK(database->value("SELECT count(*) FROM orders WHERE customer_name = 'Culprit'") == "0");
  CHECK(metrics.render().find("\npizza_intake_batch_orders_sum 28\n") != std::string::npos);
}

TEST_CASE("a session that was ended while idle costs no order") {
  OrderDatabase database;
  BatchStore here{database};
  here.store.place(new_orders(1));
  database->disconnect_everyone();
  CHECK(number_of(here.store.place(new_orders(1)).front()) == "ORD_20241216_002");
}

TEST_CASE("a database that fails is StoreUnavailable, not OrderRefused, and the next order is taken") {
  OrderDatabase database;
  BatchStore here{database};
  database->execute("ALTER TABLE outbox RENAME TO elsewhere");
  CHECK_THROWS_AS(here.store.place(new_orders(1)), order::StoreUnavailable);
  CHECK(database->value("SELECT count(*) FROM orders") == "0");
  database->execute("ALTER TABLE elsewhere RENAME TO outbox");
  CHECK(number_of(here.store.place(new_orders(1)).front()) == "ORD_20241216_001");
}

TEST_CASE("a day's row that is held for too long fails the batch in bounded time and leaves no trace") {
  OrderDatabase database;
  auto options = database.options();
  options.lock_timeout = 100ms;
  order::SqlOrderStore store(options, noon(), in_ten_minutes, [](const std::vector<outbox::Row>&) {}, database.log());
  store.place(new_orders(1));
  database->execute("BEGIN");
  database->execute("SELECT * FROM order_counters FOR UPDATE");
  CHECK_THROWS_AS(store.place(new_orders(1)), order::StoreUnavailable);
  database->execute("COMMIT");
  CHECK(number_of(store.place(new_orders(1)).front()) == "ORD_20241216_002");
}
