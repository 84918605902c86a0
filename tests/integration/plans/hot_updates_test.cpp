// What is updated again and again stays in its page and touches no index (HOT), so that it makes no work for vacuum.
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "integration/kitchen/kitchen_database.hpp"
#include "kitchen/adapters/registry_sql.hpp"
#include "kitchen/adapters/sql.hpp"
#include "order/adapters/sql.hpp"
#include "order/adapters/staff_sql.hpp"

using namespace pizza;
using persistence::Params;

namespace {

constexpr int kWaves = 10;
constexpr int kAtOnce = 40;  // orders on the stoves before the first is ready

/// Lets orders come, cook and be done, by the statements of the services.
class Evening {
 public:
  Evening() : session_(database_.options(), database_.log()) {
    for (const auto* name : {"anna", "bert", "carl"}) workers_.push_back(database_.worker(name));
    // Many others share their pages.
    session_.run(
        "INSERT INTO customers (name) SELECT 'Guest ' || n FROM generate_series(1, 2000) AS n;"
        "INSERT INTO workers (name, type) SELECT 'cook_' || n, 'general' FROM generate_series(1, 300) AS n;"
        "INSERT INTO priority_counters (day, class, counted_by) SELECT '2024-12-16', 'normal', name FROM workers");
  }

  /// From now on every version of every row is kept, as for a backup.
  void be_watched() {
    database_->query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    database_->query("SELECT count(*) FROM orders");
  }

  void serve() {
    for (int wave = 0; wave < kWaves; ++wave) {
      for (int i = 0; i < kAtOnce; ++i) start(place(i), workers_.at(static_cast<std::size_t>(i) % workers_.size()));
      for (const auto& [id, claim, customer, worker] : cooking_) {
        finish(id, claim, worker);
        session_.execute(order::sql::kCountCompleted, Params::of(customer));
        session_.execute(kitchen::sql::kHeartbeat, Params::of(worker.name, worker.instance_id));
      }
      cooking_.clear();
    }
    session_.run("SELECT pg_stat_force_next_flush()");
  }

  /// Of a hundred updates of rows of the table, those that touched no index.
  int hot_share(const std::string& table) {
    const auto row =
        database_->query("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = '" + table + "'")
            .at(0);
    const auto updates = std::stol(row.at(0));
    if (updates < kWaves * kAtOnce / 2) throw core::Error("too few updates: " + table);
    return static_cast<int>(100 * std::stol(row.at(1)) / updates);
  }

 private:
  struct Order {
    std::int64_t id;
    std::string claim;
    std::string customer;
    kitchen::WorkerIdentity worker;
  };

  std::pair<std::int64_t, std::string> place(int i) {
    const auto customer = "Customer " + std::to_string(i % 8);
    const auto last = session_.execute(order::sql::kTakeNumbers, Params::of("2024-12-16", 1)).integer(0, 0);
    const auto number = "ORD_20241216_" + std::to_string(1000 + last);
    session_.execute(
        order::sql::kInsertOrders,
        Params::of("2024-12-16T18:00:00Z", "{" + number + "}", "{" + customer + "}", "{takeout}", "{NULL}", "{NULL}",
                   "{12.50}", "{1}", "{regular}", "{f}", "{request}", "{" + core::random_uuid() + "}",
                   "{" + number + "}", "{Margherita}", "{1}", "{12.50}", "{note}", "{NULL}", "2024-12-16", "{normal}"));
    return {session_.run("SELECT max(id) FROM orders").integer(0, 0), customer};
  }

  void start(const std::pair<std::int64_t, std::string>& placed, const kitchen::WorkerIdentity& worker) {
    const auto& [id, customer] = placed;
    const auto claim = core::random_uuid();
    session_.execute(kitchen::sql::kStart,
                     Params::of(worker.name, worker.instance_id, braced(id), "{" + claim + "}",
                                "{" + std::to_string(id) + "}", "cook", "received", "cooking", "{normal}", "{1}",
                                "{1000}", "{1000}", "{2024-12-16T18:10:00Z}", "{2024-12-16T18:01:00Z}"));
    cooking_.push_back({id, claim, customer, worker});
  }

  void finish(std::int64_t id, const std::string& claim, const kitchen::WorkerIdentity& worker) {
    const auto done = session_.execute(
        kitchen::sql::kFinish, Params::of(worker.name, worker.instance_id, braced(id), "{" + claim + "}", "cook",
                                          "cooking", "ready", "{NULL}", "{2024-12-16T18:02:00Z}"));
    if (done.rows() != 1) throw core::Error("the order is not ready");
  }

  static std::string braced(std::int64_t id) { return "{" + std::to_string(id) + "}"; }

  kitchen::KitchenDatabase database_;
  persistence::Connection session_;
  std::vector<kitchen::WorkerIdentity> workers_;
  std::vector<Order> cooking_;
};

void check_hot_shares(Evening& evening, std::initializer_list<const char*> tables) {
  evening.serve();
  for (const auto* table : tables) {
    INFO(table);
    CHECK(evening.hot_share(table) >= 90);
  }
}

}  // namespace

// Not those of orders: a step changes the status, and lists, lines and the reconciler find orders by it over indexes.
TEST_CASE("counters, workers, customers and stages are updated within their pages") {
  Evening evening;
  check_hot_shares(evening, {"workers", "order_counters", "priority_counters", "customers", "order_stages"});
}

// What their fillfactors are for. A row that is updated for each order outgrows any page in the end: workers,
// customers.
TEST_CASE("counters and stages are updated within their pages also while a long transaction keeps what was") {
  Evening evening;
  evening.be_watched();
  check_hot_shares(evening, {"order_counters", "priority_counters", "order_stages"});
}
