#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include <catch2/catch.hpp>

#include "logging/logger.hpp"
#include "order/schema.hpp"
#include "persistence/migrations.hpp"
#include "persistence/pool.hpp"
#include "support/eventually.hpp"
#include "support/test_database.hpp"
#include "tracking/kitchen_reader.hpp"
#include "tracking/order_reader.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;
using tracking::KitchenReader;
using tracking::OrderFilter;
using tracking::OrderReader;

constexpr int kCalls = 12;         // a prepared statement may get another plan from the sixth on
constexpr long kStrayEntries = 4;  // that a scan looks at beyond its own

/// A restaurant of two years: 20 000 orders, of which the last 600 wait for a cook and ten are on the stove. Nothing
/// was ever delivered by the house, and three orders were cancelled, long ago.
constexpr auto kOrders = R"(
    INSERT INTO orders (number, customer_name, type, total_amount, priority, assigned_priority, status, station,
                        waiting_since, cooking_started_at, estimated_completion, completed_at, processed_by)
    SELECT 'ORD_20241216_' || lpad(i::text, greatest(3, length(i::text)), '0'), 'Anna', CASE i % 2 WHEN 0 THEN 'takeout' ELSE 'dine_in' END, 12.5,
           (ARRAY[1, 5, 10])[i % 3 + 1], (ARRAY[1, 5, 10])[i % 3 + 1],
           CASE WHEN i > 19400 THEN 'received' WHEN i > 19390 THEN 'cooking' WHEN i IN (11, 12, 13) THEN 'cancelled'
                WHEN i > 18000 THEN 'ready' ELSE 'completed' END,
           'cook', CASE WHEN i > 19400 THEN now() - interval '1 minute' END,
           CASE WHEN i <= 19400 THEN now() END, CASE WHEN i <= 19400 THEN now() + interval '10 seconds' END,
           CASE WHEN i <= 19390 THEN now() END, 'chef_anna'
    FROM generate_series(1, 20000) i)";

/// What the server counts of its work on the table of orders.
struct Effort {
  long sequential = 0;  ///< scans of the whole table
  long by_index = 0;    ///< scans of an index
  long entries = 0;     ///< of indexes that were read
  long rows = 0;        ///< that were fetched because of them
};

class BigRestaurant {
 public:
  BigRestaurant() {
    {
      persistence::Connection connection(options(), log_);
      persistence::migrate(connection, order::kMigrations);
    }
    database_.execute(kOrders);
    database_.execute(
        "INSERT INTO order_items (order_id, name, quantity, price) SELECT id, 'Margherita', 1, 12.5 FROM orders;"
        "INSERT INTO order_stages (order_id, station, worker_name) SELECT id, 'cook', 'chef_anna' FROM orders WHERE id "
        "<= "
        "19400;"
        "INSERT INTO priority_counters (day, class, counted_by, received) SELECT current_date - i, 'high', 'chef' || "
        "j, 1 "
        "FROM generate_series(0, 700) i, generate_series(1, 10) j");
    database_.execute("VACUUM ANALYZE");
    database_.query("SELECT pg_stat_force_next_flush()");  // what filling it has cost
    await_silence();
    before_ = counted();
  }

  /// What `question` costs, asked `kCalls` times in one session.
  Effort effort_of(const std::function<void(persistence::Pool&)>& question) {
    {
      persistence::Pool pool(options(), 1, log_);
      for (int i = 0; i < kCalls; ++i) question(pool);
    }
    await_silence();
    const auto now = counted();
    const Effort effort{now.sequential - before_.sequential, now.by_index - before_.by_index,
                        now.entries - before_.entries, now.rows - before_.rows};
    before_ = now;
    return effort;
  }

  Effort effort_of_list(const OrderFilter& filter, std::size_t expected) {
    return effort_of([&](persistence::Pool& pool) {
      const auto page = OrderReader{pool}.list(filter);
      if (!page || page->orders.size() != expected) throw core::Error("not the orders that were asked for");
    });
  }

 private:
  persistence::ConnectionOptions options() const {
    return {.keywords = {{"dbname", database_.url()}}, .application_name = "reader", .read_only = false};
  }

  /// A session has told what it did once it is gone.
  void await_silence() {
    const bool gone = test::eventually(core::after(10s), [&] {
      return database_.value(
                 "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = "
                 "'reader'") == "0";
    });
    if (!gone) throw core::Error("the reader's session does not end");
  }

  Effort counted() {
    const auto row = database_
                         .query(
                             "SELECT seq_scan, idx_scan, (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE "
                             "relname = 'orders'), idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'orders'")
                         .at(0);
    return {std::stol(row.at(0)), std::stol(row.at(1)), std::stol(row.at(2)), std::stol(row.at(3))};
  }

  logging::Logger log_{{.service = "tracking-service", .level = logging::Level::error, .file = "/dev/null"}};
  test::TestDatabase database_;
  Effort before_;
};

TEST_CASE("no question reads the whole table of orders, and a page costs the same however rare its orders are") {
  BigRestaurant restaurant;
  const auto check = [](const char* question, const Effort& effort, long most_entries) {
    INFO(question << ": " << effort.entries << " entries of indexes, " << effort.rows << " rows");
    CHECK(effort.by_index > 0);
    CHECK(effort.sequential == 0);
    CHECK(effort.entries <= kCalls * (most_entries + kStrayEntries));
  };
  using domain::OrderStatus;
  using domain::OrderType;
  check("all", restaurant.effort_of_list({}, 50), 51);
  check("after", restaurant.effort_of_list({.after = "ORD_20241216_1000"}, 50), 52);
  check("status", restaurant.effort_of_list({.status = OrderStatus::completed}, 50), 4 * 51);
  check("rare status", restaurant.effort_of_list({.status = OrderStatus::cancelled}, 3), 4 * 51);
  check("no such status", restaurant.effort_of_list({.status = OrderStatus::delivered}, 0), 4 * 51);
  check("type", restaurant.effort_of_list({.type = OrderType::takeout}, 50), 8 * 51);
  check("no such type", restaurant.effort_of_list({.type = OrderType::delivery}, 0), 8 * 51);
  check("both", restaurant.effort_of_list({.status = OrderStatus::ready, .type = OrderType::dine_in}, 50), 2 * 51);
  check("neither together", restaurant.effort_of_list({.status = OrderStatus::ready, .type = OrderType::delivery}, 0),
        2 * 51);
  check("both after",
        restaurant.effort_of_list(
            {.status = OrderStatus::completed, .type = OrderType::takeout, .limit = 200, .after = "ORD_20241216_1000"},
            200),
        2 * 201 + 1);
  check("one order",
        restaurant.effort_of([](persistence::Pool& pool) { OrderReader{pool}.details("ORD_20241216_777"); }), 1);
  check("status of one",
        restaurant.effort_of([](persistence::Pool& pool) { OrderReader{pool}.state("ORD_20241216_777"); }), 1);
  check("history of one",
        restaurant.effort_of([](persistence::Pool& pool) { OrderReader{pool}.history("ORD_20241216_777"); }), 1);
  check("figures", restaurant.effort_of([](persistence::Pool& pool) { KitchenReader{pool}.priorities(); }), 600);
}

TEST_CASE("a picture of the kitchen reads what waits from the index alone") {
  BigRestaurant restaurant;
  const auto effort = restaurant.effort_of([](persistence::Pool& pool) {
    const auto kitchen = KitchenReader{pool}.kitchen();
    if (kitchen.cooking != 10 || kitchen.waiting.size() != 6) throw core::Error("not the kitchen that was planted");
  });
  CHECK(effort.sequential == 0);
  CHECK(effort.entries >= kCalls * 600);
  CHECK(effort.rows <= kCalls * 10);  // those on the stove
}

}  // namespace
