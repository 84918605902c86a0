#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "logging/logger.hpp"
#include "order/schema.hpp"
#include "persistence/migrations.hpp"
#include "persistence/pool.hpp"
#include "support/eventually.hpp"
#include "support/stored_orders.hpp"
#include "support/test_database.hpp"
#include "tracking/kitchen_reader.hpp"

namespace {

using namespace std::chrono_literals;
using namespace pizza;

std::int64_t waiting(tracking::KitchenReader& reader) {
  std::int64_t orders = 0;
  for (const auto& each : reader.priorities().classes) orders += each.waiting;
  return orders;
}

}  // namespace

TEST_CASE("figures that were dear to read are told again for a while, cheap ones are read anew") {
  test::TestDatabase database;
  logging::Logger log{{.service = "test", .level = logging::Level::error, .file = "/dev/null"}};
  const persistence::ConnectionOptions options{.keywords = {{"dbname", database.url()}}, .application_name = "test"};
  {
    persistence::Connection connection(options, log);
    persistence::migrate(connection, order::kMigrations);
  }
  persistence::Pool pool(options, 2, log);
  tracking::KitchenReader reader(pool);
  const auto becomes = [&](std::int64_t orders) {
    return test::eventually(core::after(30s), [&] { return waiting(reader) == orders; });
  };
  test::store_order(database);
  CHECK(becomes(1));
  test::store_order(database);
  CHECK(becomes(2));

  database.execute("BEGIN");
  database.execute("LOCK TABLE priority_counters IN ACCESS EXCLUSIVE MODE");
  std::atomic<bool> seen{false};
  std::jthread asking([&] {
    while (!seen) waiting(reader);
  });
  const auto is_waiting =
      "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  const bool waits = test::eventually(core::after(30s), [&] { return database.value(is_waiting) == "1"; });
  seen = true;
  std::this_thread::sleep_for(500ms);  // what it costs: told again for ten seconds
  database.execute("COMMIT");
  asking.join();
  REQUIRE(waits);
  test::store_order(database);
  CHECK(waiting(reader) == 2);
  CHECK(becomes(3));
}
